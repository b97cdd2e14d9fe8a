"""The TCP ports of instances: known from the vars or the role's defaults, each used once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeGuard

from .environment import Environment
from .manifest import Manifest
from .placement import Instance
from .problem import Problem
from .schema import shown

HIGHEST = 65535


def ports_of(instance: Instance) -> dict[str, int]:
    """The ports that are known before the run; one that is a reference or a template is not."""
    found = {}
    for variable in instance.role.ports:
        value = instance.component.vars.get(variable, instance.role.defaults.get(variable))
        if _is_port(value):
            found[variable] = value
    return found


def check_ports(
    instances: Sequence[Instance],
    environment: Environment,
    manifest: Manifest,
    problems: list[Problem],
) -> None:
    """Every port must be one, and no two instances may listen on the same at one address."""
    taken: dict[tuple[str, int], tuple[str, str]] = {}
    for instance in instances:
        _check_values(instance, manifest, problems)
        if instance.machine is None:
            continue
        address = environment.machines[instance.machine].address
        for variable, port in ports_of(instance).items():
            first = taken.setdefault((address, port), (instance.name, variable))
            if first == (instance.name, variable):
                continue
            what = (
                f"port {port} at {address} is used twice: {first[1]} of {first[0]} "
                f"and {variable} of {instance.name}"
            )
            path = ("vars", variable)
            cure = f"give `{variable}` another port"
            problems.append(manifest.problem(instance.component.name, path, what, cure))


def _check_values(instance: Instance, manifest: Manifest, problems: list[Problem]) -> None:
    for variable in instance.role.ports:
        value = instance.component.vars.get(variable)
        if value is None or isinstance(value, Mapping) or _is_port(value):
            continue
        what = f"{shown(value)} is not a port"
        cure = f"write a whole number from 1 to {HIGHEST}, without quotes"
        problems.append(manifest.problem(instance.component.name, ("vars", variable), what, cure))


def _is_port(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= HIGHEST
