"""What an instance waits for, decided from the journal: go, wait, blocked or stopped.

Pure: events go in, a decision with its reason comes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

GOOD = frozenset({"ok", "changed", "unchanged"})
KINDS = ("run_started", "preflight", "ready", "ended")  # the events that decide


@dataclass(frozen=True)
class Wait:
    """Not yet: these instances have not ended."""

    instances: tuple[str, ...]


@dataclass(frozen=True)
class Go:
    """All are ready; `observed` has the revision of each."""

    observed: dict[str, int | None]


@dataclass(frozen=True)
class Blocked:
    """It will never start, because of the instances in `by`."""

    by: tuple[str, ...]


@dataclass(frozen=True)
class Stopped:
    """The run starts nothing more, because `by` failed and its product says so."""

    by: str


Decision = Wait | Go | Blocked | Stopped


@dataclass
class Progress:
    """The states of a run's instances, fed with its events in order."""

    ended: dict[str, str] = field(default_factory=dict)
    revisions: dict[str, int | None] = field(default_factory=dict)
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    instances: dict[str, dict[str, Any]] = field(default_factory=dict)
    tiers: dict[str, list[str]] = field(default_factory=dict)
    problems: list[dict[str, Any]] | None = None

    def feed(self, events: Iterable[Mapping[str, Any]]) -> None:
        """Take up new events."""
        for event in events:
            kind = event["event"]
            if kind == "run_started":
                self.instances = {entry["name"]: entry for entry in event["instances"]}
                self.tiers = {tier["name"]: tier["instances"] for tier in event["tiers"]}
            elif kind == "preflight":
                self.problems = event["problems"]
            elif kind == "ready":
                self.outputs[event["instance"]] = event["outputs"]
            elif kind == "ended":
                self.ended[event["instance"]] = event["state"]
                self.revisions[event["instance"]] = event["revision"]

    def waits_for(self, instance: Mapping[str, Any]) -> list[str]:
        """All instances that `instance` waits for: explicit edges, then those of its tier edge."""
        explicit = [need["instance"] for need in instance["needs"]]
        barrier = self.tiers.get(instance["after_tier"] or "", [])
        return [*explicit, *(name for name in barrier if name not in explicit)]

    def decide(self, instance: Mapping[str, Any]) -> Decision:
        """What `instance` may do now, as far as the instances of this run are concerned."""
        for name, state in self.ended.items():
            if state == "failed" and self.instances[name]["on_failure"] == "stop":
                return Stopped(name)
        inside = [name for name in self.waits_for(instance) if name in self.instances]
        bad = tuple(name for name in inside if self.ended.get(name, "ok") not in GOOD)
        if bad:
            return Blocked(bad)
        pending = tuple(name for name in inside if name not in self.ended)
        if pending:
            return Wait(pending)
        return Go({name: self.revisions[name] for name in inside})
