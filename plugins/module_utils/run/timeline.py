"""The timeline of a run, from its journal: when each instance waited, worked and became ready.

Pure: events go in, frozen bars with their critical path, slack and barrier cost come out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .critical import Barrier, Hop, barrier_of, critical_path, slack_of

Event = Mapping[str, Any]
GOOD = frozenset({"ok", "changed", "unchanged"})


@dataclass(frozen=True)
class Edge:
    """One instance that another waits for; without `explicit` only the tier order asks for it."""

    instance: str
    explicit: bool
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bar:
    """One instance in a run. Times are seconds since the epoch; None is "not (yet) seen".

    `state` is one of the final states, or `waiting` or `working` while the run is at work.
    """

    instance: str
    component: str
    tier: str
    version: str
    edges: tuple[Edge, ...] = ()
    waiting_from: float | None = None
    started_at: float | None = None
    probing_from: float | None = None
    ready_at: float | None = None
    ended_at: float | None = None
    state: str = "not started"
    revision: int | None = None
    reason: str | None = None
    by: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()

    @property
    def released_at(self) -> float | None:
        """When the instances that wait for this one could go on."""
        if self.ready_at is not None:
            return self.ready_at
        return self.ended_at if self.state in GOOD else None

    @property
    def seconds(self) -> float | None:
        """How long it worked, from its start to its last event."""
        if self.started_at is None or self.ended_at is None:
            return None
        return self.ended_at - self.started_at


@dataclass(frozen=True)
class Timeline:
    """A whole run; `bars` are in the order of the product."""

    run: str
    product: str
    release: str
    environment: str
    schedule: str
    check: bool
    started_at: float
    ended_at: float | None
    bars: tuple[Bar, ...]
    problems: tuple[Mapping[str, Any], ...]
    critical_path: tuple[Hop, ...]
    slack: Mapping[str, float]
    barrier: Barrier

    @property
    def seconds(self) -> float:
        """From the first line of the journal to the last thing an instance did."""
        return last_moment(self.bars, self.started_at) - self.started_at


def of_events(events: Sequence[Event]) -> Timeline | None:
    """The timeline of one journal, or None where no run has started in it."""
    opening = next((event for event in events if event["event"] == "run_started"), None)
    if opening is None:
        return None
    bars = tuple(_bars(opening, events).values())
    closing = next((event for event in events if event["event"] == "run_ended"), None)
    problems = [p for event in events if event["event"] == "preflight" for p in event["problems"]]
    started_at = float(opening["time"])
    return Timeline(
        run=opening["run"],
        product=opening["product"],
        release=opening["release"],
        environment=opening["environment"],
        schedule=opening["schedule"],
        check=opening["check"],
        started_at=started_at,
        ended_at=None if closing is None else closing["time"],
        bars=bars,
        problems=tuple(problems),
        critical_path=critical_path(bars),
        slack=slack_of(bars),
        barrier=barrier_of(bars, opening["schedule"], last_moment(bars, started_at) - started_at),
    )


def all_edges(opening: Event) -> dict[str, tuple[Edge, ...]]:
    """What each instance waits for, from `run_started`: its needs, then the tier before it."""
    tiers = {tier["name"]: tier["instances"] for tier in opening["tiers"]}
    edges: dict[str, tuple[Edge, ...]] = {}
    for entry in opening["instances"]:
        needs = tuple(Edge(n["instance"], True, tuple(n["reasons"])) for n in entry["needs"])
        named = {edge.instance for edge in needs}
        barrier = tiers.get(entry["after_tier"] or "", ())
        edges[entry["name"]] = needs + tuple(Edge(n, False) for n in barrier if n not in named)
    return edges


def last_moment(bars: Iterable[Bar], start: float) -> float:
    """The latest time in any bar, or `start` where nothing has happened."""
    times = [start]
    for bar in bars:
        seen = (bar.waiting_from, bar.started_at, bar.probing_from, bar.ready_at, bar.ended_at)
        times += [time for time in seen if time is not None]
    return max(times)


def _bars(opening: Event, events: Iterable[Event]) -> dict[str, Bar]:
    edges = all_edges(opening)
    bars = {
        entry["name"]: Bar(
            instance=entry["name"],
            component=entry["component"],
            tier=entry["tier"],
            version=entry["version"],
            edges=edges[entry["name"]],
        )
        for entry in opening["instances"]
    }
    for event in events:
        bar = bars.get(event.get("instance", ""))
        if bar is not None:
            bars[bar.instance] = _after(bar, event)
    return bars


def _after(bar: Bar, event: Event) -> Bar:
    """The bar with one more event taken up."""
    kind, time = event["event"], event["time"]
    if kind == "waiting" and bar.waiting_from is None:
        return replace(bar, waiting_from=time, state="waiting")
    if kind == "started":
        return replace(bar, started_at=time, state="working")
    if kind == "phase" and event["phase"] == "ready":
        return replace(bar, probing_from=time)
    if kind == "ready":
        return replace(bar, ready_at=time, revision=event["revision"])
    if kind == "ended":
        return replace(
            bar,
            ended_at=time,
            state=event["state"],
            revision=event["revision"] if event["revision"] is not None else bar.revision,
            reason=event["reason"],
            by=tuple(event["by"]),
            evidence=tuple(event["evidence"]),
        )
    return bar
