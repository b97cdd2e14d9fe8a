"""A role as the resolver knows it: its drivers, outputs, ports, secrets and variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import schema
from .document import read
from .problem import Problem
from .sources import RoleFiles, Sources


@dataclass(frozen=True)
class Role:
    """What a role's meta says, and where messages about it point."""

    name: str
    file: str
    drivers: tuple[str, ...]
    outputs: tuple[str, ...]
    secrets: Mapping[str, Mapping[str, Any]]
    ports: tuple[str, ...]
    sources: tuple[str, ...]
    charts: tuple[str, ...]
    files: tuple[str, ...]
    defaults: Mapping[str, Any]
    variables: frozenset[str] | None


def read_role(files: RoleFiles, sources: Sources, problems: list[Problem]) -> Role | None:
    """Read a role's meta; None, with the reason in `problems`, where it is not sound."""
    meta = read(files.meta, problems)
    if schema.check(meta, sources.schema("component"), problems):
        return None
    component = meta.value["component"]
    variables = _variables(files, problems)
    return Role(
        name=files.name,
        file=files.meta.name,
        drivers=tuple(component["drivers"]),
        outputs=tuple(component.get("outputs", ())),
        secrets=component.get("secrets", {}),
        ports=tuple(component.get("ports", ())),
        sources=tuple(component.get("sources", ())),
        charts=tuple(component.get("charts", ())),
        files=tuple(component.get("files", ())),
        defaults=_defaults(files, problems),
        variables=frozenset(variables) if variables is not None else None,
    )


def _variables(files: RoleFiles, problems: list[Problem]) -> Mapping[str, Any] | None:
    """The names that the role takes; None for a role that does not say."""
    if files.argument_specs.text is None:
        return None
    value = read(files.argument_specs, problems).value
    for key in ("argument_specs", "main", "options"):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def _defaults(files: RoleFiles, problems: list[Problem]) -> Mapping[str, Any]:
    if files.defaults.text is None:
        return {}
    value = read(files.defaults, problems).value
    return value if isinstance(value, Mapping) else {}
