"""Proves from a journal that nothing started before all it depends on was ready.

Pure: lines go in, a verdict comes out, every violation one sentence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .timeline import GOOD, Edge, all_edges

Event = Mapping[str, Any]
STATES = GOOD | {"failed", "blocked", "not started"}
BAD = STATES - GOOD


@dataclass(frozen=True)
class Verdict:
    """How many edges were checked, and what was wrong."""

    edges: int
    violations: tuple[str, ...]

    @property
    def kept(self) -> bool:
        """Whether the order was kept."""
        return not self.violations

    def lines(self) -> list[str]:
        """The verdict for a person."""
        if self.kept:
            return [f"Order kept: {self.edges} edge{'' if self.edges == 1 else 's'} checked."]
        return ["Order not kept:", *(f"- {violation}" for violation in self.violations)]


def parse(data: bytes) -> tuple[list[dict[str, Any]], list[str]]:
    """The events of a journal's bytes, and a sentence for every line that is not one."""
    events: list[dict[str, Any]] = []
    wrong: list[str] = []
    *lines, rest = data.split(b"\n")
    for number, line in enumerate(lines, 1):
        event = _event(line)
        if event is None:
            wrong.append(f"line {number} of the journal is not an event: {_quoted(line)}")
        else:
            events.append(event)
    if rest:
        wrong.append(
            f"line {len(lines) + 1} of the journal is torn, its writer was stopped: {_quoted(rest)}"
        )
    return events, wrong


def check_journal(data: bytes, at_work: bool = False) -> Verdict:
    """Check a journal's bytes; see `check`."""
    events, wrong = parse(data)
    verdict = check(events, at_work)
    return Verdict(verdict.edges, (*wrong, *verdict.violations))


def check(events: Sequence[Event], at_work: bool = False) -> Verdict:
    """Check the events of one run.

    Args:
        events: in the order of the journal's lines.
        at_work: the run has not ended: what comes last may still be missing.
    """
    if not events or events[0]["event"] != "run_started":
        return Verdict(0, ("the journal does not begin with run_started",))
    checker = _Checker(events[0])
    for event in events[1:]:
        checker.take(event)
    if not at_work:
        checker.finish(events[-1])
    return Verdict(checker.edges_checked, tuple(checker.violations))


@dataclass
class _Checker:
    """Walks the events once; what it remembers is what has happened so far."""

    opening: Event
    violations: list[str] = field(default_factory=list)
    edges_checked: int = 0
    edges: dict[str, tuple[Edge, ...]] = field(init=False)
    released: dict[str, int | None] = field(default_factory=dict)
    started: set[str] = field(default_factory=set)
    ended: dict[str, Event] = field(default_factory=dict)
    problems: bool = False

    def __post_init__(self) -> None:
        self.edges = all_edges(self.opening)

    def take(self, event: Event) -> None:
        kind = event["event"]
        if kind == "run_started":
            self.say("the run started twice in one journal")
        elif kind == "preflight":
            self.problems = self.problems or bool(event["problems"])
        elif kind != "run_ended":
            self.take_of_instance(kind, event["instance"], event)

    def take_of_instance(self, kind: str, name: str, event: Event) -> None:
        if name not in self.edges:
            self.say(f"{name} has a line ({kind}) but takes no part in the run")
        elif name in self.ended:
            self.say(f"{name} has a line ({kind}) after it ended")
        elif kind == "started":
            self.take_start(name, event["observed"])
        elif kind == "ready":
            self.take_ready(name, event)
        elif kind == "ended":
            self.take_end(name, event)

    def take_start(self, name: str, observed: Mapping[str, int | None]) -> None:
        if self.problems:
            self.say(f"{name} started although the preflight had problems")
        if name in self.started:
            self.say(f"{name} started twice")
        self.started.add(name)
        for edge in self.edges[name]:
            self.edges_checked += 1
            self.check_edge(name, edge.instance, observed)

    def check_edge(self, name: str, needed: str, observed: Mapping[str, int | None]) -> None:
        """A finished check stands for readiness in a check run; there is no new revision then."""
        seen = observed.get(needed)
        if needed not in self.edges:
            if seen is None and not self.opening["check"]:
                self.say(f"{name} started without a revision of {needed}, which is outside the run")
        elif needed not in self.released:
            self.say(f"{name} started before {needed} was ready")
        elif needed not in observed:
            self.say(f"{name} started without a look at {needed}")
        elif seen != self.released[needed]:
            revision = self.released[needed]
            self.say(f"{name} saw revision {seen} of {needed}, which was ready at {revision}")

    def take_ready(self, name: str, event: Event) -> None:
        if name not in self.started:
            self.say(f"{name} was ready without having started")
        self.released[name] = event["revision"]

    def take_end(self, name: str, event: Event) -> None:
        state = event["state"]
        self.ended[name] = event
        if state not in STATES:
            self.say(f"{name} ended with the unknown state {state!r}")
        elif state in GOOD:
            self.check_good_end(name, event)
        elif state == "blocked":
            self.check_blocked(name, event["by"])
        elif state == "not started" and name in self.started:
            self.say(f"{name} ended as not started, but it had started")

    def check_good_end(self, name: str, event: Event) -> None:
        state, revision = event["state"], event["revision"]
        if name not in self.started:
            self.say(f"{name} ended {state} without having started")
        if name not in self.released and not self.opening["check"]:
            self.say(f"{name} ended {state} without having been ready")
        if self.released.setdefault(name, revision) != revision:
            self.say(f"{name} was ready at revision {self.released[name]} and ended at {revision}")

    def check_blocked(self, name: str, by: Sequence[str]) -> None:
        if name in self.started:
            self.say(f"{name} ended as blocked, but it had started")
        if not by:
            self.say(f"{name} is blocked by nothing")
        waited_for = {edge.instance for edge in self.edges[name]}
        for other in by:
            if other not in waited_for:
                self.say(f"{name} is blocked by {other}, which it does not wait for")
            elif other in self.edges and self.state_of(other) not in BAD:
                self.say(f"{name} is blocked by {other}, which had not failed")

    def finish(self, last: Event) -> None:
        """What must be true at the end of a run."""
        for name in self.edges:
            if name not in self.ended:
                self.say(f"{name} has no final state")
        if last["event"] != "run_ended":
            self.say("the journal does not end with run_ended")
            return
        counts: dict[str, int] = {}
        for event in self.ended.values():
            counts[event["state"]] = counts.get(event["state"], 0) + 1
        if last["states"] != counts:
            self.say(f"run_ended counts {last['states']}, the instances say {counts}")

    def state_of(self, name: str) -> str | None:
        return self.ended[name]["state"] if name in self.ended else None

    def say(self, sentence: str) -> None:
        self.violations.append(sentence)


def _event(line: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) and "event" in value and "time" in value else None


def _quoted(line: bytes) -> str:
    text = line.decode(errors="replace")
    return repr(text if len(text) <= 60 else f"{text[:57]}...")
