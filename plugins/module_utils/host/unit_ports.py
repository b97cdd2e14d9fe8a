"""TCP ports of the instances of a machine with systemd: free, or held by the instance's own unit?

It works on that machine, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .listeners import Listener, listeners
from .unit import unit_name

Problem = dict[str, str]


def check(
    machine: str, instances: Sequence[Mapping[str, Any]], units: Mapping[str, Sequence[str]]
) -> list[Problem]:
    """Problems with the ports of `instances`, each with where, what and cure.

    Args:
        machine: what messages call it.
        instances: each with `name`, `address` (empty for all) and `ports`, variable to number.
        units: of the machine's instances, those units that have names of their own.
    """
    owners = {unit: name for name, own in units.items() for unit in own}
    return [problem for instance in instances for problem in _of(machine, instance, owners)]


def _of(machine: str, instance: Mapping[str, Any], owners: Mapping[str, str]) -> Iterator[Problem]:
    own = unit_name(instance["name"])
    for variable, port in instance["ports"].items():
        holders = listeners(int(port), instance["address"])
        units = {holder.unit for holder in holders}
        if holders and own not in units and instance["name"] not in map(owners.get, units):
            yield {
                "where": f"{instance['name']}, {variable}",
                "what": f"port {port} of the machine {machine} is in use by {_who(holders[0])}",
                "cure": _cure(holders[0], machine, variable, owners.get(holders[0].unit, "")),
            }


def _who(holder: Listener) -> str:
    if not holder.pid:
        return "a program that only root may see"
    process = f"process {holder.pid} ({holder.name})"
    return f"the unit {holder.unit}, {process}" if holder.unit else process


def _cure(holder: Listener, machine: str, variable: str, owner: str) -> str:
    component = holder.unit.removeprefix("stratum-").removesuffix(".service")
    another = f"set the parameter behind {variable} to a free port"
    if owner or holder.unit.startswith("stratum-"):
        other = owner or f"{component}@{machine}"
        return f"give {other} its new port first (--limit {other}) or remove it, or {another}"
    # Never a command that stops a unit: what somebody started by SSH may belong to that of sshd.
    return f"stop that program there, or {another}"
