"""What is still to be written when a run ends: final states of the instances that have none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Event = Mapping[str, Any]


def failed(instance: str, reason: str, evidence: Iterable[str] = ()) -> dict[str, Any]:
    """The fields of an `ended` event for a failure that the instance could not write itself."""
    return _end(instance, "failed", reason, evidence)


def missing_ends(
    events: Iterable[Event], failures: Mapping[str, str], interrupted: bool
) -> list[dict[str, Any]]:
    """The fields of an `ended` event for each instance of the run that has none.

    Args:
        events: the journal so far.
        failures: the last failure seen of an instance, as a sentence.
        interrupted: the run was stopped from outside.
    """
    names: list[str] = []
    started: set[str] = set()
    ended: set[str] = set()
    for event in events:
        if event["event"] == "run_started":
            names = [entry["name"] for entry in event["instances"]]
        elif event["event"] == "started":
            started.add(event["instance"])
        elif event["event"] == "ended":
            ended.add(event["instance"])
    return [
        _missing_end(name, name in started, failures.get(name), interrupted)
        for name in names
        if name not in ended
    ]


def _missing_end(
    name: str, started: bool, failure: str | None, interrupted: bool
) -> dict[str, Any]:
    if failure is not None:
        return failed(name, failure)
    if started:
        lost = "its work ended without a result"
        return failed(name, "the run was interrupted while it worked" if interrupted else lost)
    if interrupted:
        return _end(name, "not started", "the run was interrupted before its turn")
    return _end(name, "not started", "the run ended before its turn")


def _end(instance: str, state: str, reason: str, evidence: Iterable[str] = ()) -> dict[str, Any]:
    return {
        "instance": instance,
        "state": state,
        "revision": None,
        "reason": reason,
        "by": [],
        "evidence": list(evidence),
    }
