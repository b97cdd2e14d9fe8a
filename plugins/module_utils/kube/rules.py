"""Rules that say when a custom resource is Current. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..ready.status import State, Status
from .condition import clipped, find
from .identity import Manifest
from .problem import SourceError

FORMS = (
    "{kind: Certificate.cert-manager.io, condition: Ready} or "
    "{kind: Widget.example.org, path: status.phase, equals: Bound}"
)
VALUES = ("equals", "failed")
_KEYS = (
    frozenset({"kind", "condition"}),
    frozenset({"kind", "path", "equals"}),
    frozenset({"kind", "path", "equals", "failed"}),
)
_MISSING = object()


@dataclass(frozen=True)
class Rule:
    """One kind (`Kind.group`), and either a condition or a path with its value.

    With a path there may be a second value, at which it has Failed.
    """

    kind: str
    condition: str | None = None
    path: str | None = None
    equals: Any = None
    failed: Any = None

    def status(self, manifest: Manifest) -> Status:
        """What the rule says of an object of its kind."""
        if self.condition:
            return self._by_condition(manifest, self.condition)
        return self._by_path(manifest, self.path or "")

    @staticmethod
    def _by_condition(manifest: Manifest, name: str) -> Status:
        found = find(manifest, name)
        if found is None:
            return Status(State.IN_PROGRESS, f"has no condition {name} yet")
        if not found.true:
            return Status(State.IN_PROGRESS, f"condition {found}")
        return Status(State.CURRENT, f"condition {name} is True")

    def _by_path(self, manifest: Manifest, path: str) -> Status:
        seen = _at(manifest, path)
        if seen is _MISSING:
            return Status(State.IN_PROGRESS, f"has no {path} yet; it is to be {self.equals!r}")
        if self.failed is not None and _same(seen, self.failed):
            return Status(State.FAILED, f"{path} is {self.failed!r}")
        if not _same(seen, self.equals):
            sentence = f"{path} is {clipped(repr(seen))}, not {self.equals!r}"
            return Status(State.IN_PROGRESS, sentence)
        return Status(State.CURRENT, f"{path} is {self.equals!r}")


def parse(entries: Sequence[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """The rules of a task's `rules`; all that are wrong are told at once."""
    wrong = [
        f"rules[{index}] is {entry!r}"
        for index, entry in enumerate(entries)
        if not isinstance(entry, Mapping)
        or frozenset(entry) not in _KEYS
        or not all(isinstance(entry[key], str) for key in entry if key not in VALUES)
    ]
    if wrong:
        raise SourceError("; ".join(wrong), "", f"write a rule as {FORMS}")
    return tuple(Rule(**entry) for entry in entries)


def rule_for(manifest_kind: str, rules: Sequence[Rule]) -> Rule | None:
    """The rule of a kind (`Kind.group`); of several the last counts."""
    return next((rule for rule in reversed(rules) if rule.kind == manifest_kind), None)


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401  (any value of a JSON object)
    """Equal, and of one type: in JSON 1 and true are two values."""
    return type(one) is type(other) and bool(one == other)


def _at(value: Any, path: str) -> Any:  # noqa: ANN401  (any value of a JSON object)
    """What stands at a dotted path; numbers are places in a list."""
    for step in path.split("."):
        if isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            return _MISSING
    return value
