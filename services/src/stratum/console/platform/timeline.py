"""A run as bars, from its journal's events: when each instance waited, worked and became ready.

Pure. Times are seconds since the epoch; None is "not (yet) seen".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

Event = Mapping[str, Any]

GOOD = frozenset({"ok", "changed", "unchanged"})


@dataclass(frozen=True)
class Bar:
    """`needs` are its explicit edges; `waits_for` those and the instances of the tier before."""

    instance: str
    needs: frozenset[str] = frozenset()
    waits_for: frozenset[str] = frozenset()
    waiting_for: tuple[str, ...] = ()
    waiting_from: float | None = None
    started_at: float | None = None
    readiness_from: float | None = None
    ready_at: float | None = None
    ended_at: float | None = None
    phase: str | None = None
    state: str = "not started"
    reason: str | None = None

    @property
    def released_at(self) -> float | None:
        """When the instances that wait for this one could go on."""
        if self.ready_at is not None:
            return self.ready_at
        return self.ended_at if self.state in GOOD else None

    @property
    def work(self) -> float:
        """Seconds from its start until others could go on."""
        if self.started_at is None or self.released_at is None:
            return 0.0
        return self.released_at - self.started_at


@dataclass(frozen=True)
class Run:
    """Bars stand in the order of the product: what one waits for stands before it."""

    id: str
    schedule: str
    check: bool
    started_at: float
    ended_at: float | None
    states: dict[str, int]
    bars: tuple[Bar, ...]

    @property
    def last_moment(self) -> float:
        seen = [self.started_at]
        for bar in self.bars:
            times = (bar.waiting_from, bar.started_at, bar.ready_at, bar.ended_at)
            seen += [time for time in times if time is not None]
        return max(seen)


def run_of(events: Sequence[Event]) -> Run | None:
    """None where no run has begun in the journal."""
    opening = next((event for event in events if event["event"] == "run_started"), None)
    if opening is None:
        return None
    bars = _empty_bars(opening)
    for event in events:
        name = event.get("instance", "")
        if name in bars:
            bars[name] = _after(bars[name], event)
    ended = {name for name, bar in bars.items() if bar.ended_at is not None}
    bars = {name: _still_waiting(bar, ended) for name, bar in bars.items()}
    closing = next((event for event in events if event["event"] == "run_ended"), None)
    return Run(
        id=str(opening.get("run", "")),
        schedule=str(opening.get("schedule", "tiers")),
        check=bool(opening.get("check", False)),
        started_at=float(opening["time"]),
        ended_at=float(closing["time"]) if closing else None,
        states=dict(closing.get("states", {})) if closing else _counted(bars.values()),
        bars=tuple(bars.values()),
    )


def _still_waiting(bar: Bar, ended: set[str]) -> Bar:
    """The journal says once what an instance waits for; what has ended since is not among it."""
    return replace(bar, waiting_for=tuple(n for n in bar.waiting_for if n not in ended))


def _empty_bars(opening: Event) -> dict[str, Bar]:
    tiers = {tier["name"]: frozenset(tier["instances"]) for tier in opening.get("tiers", ())}
    bars = {}
    for entry in opening.get("instances", ()):
        needs = frozenset(need["instance"] for need in entry.get("needs", ()))
        before = tiers.get(entry.get("after_tier") or "", frozenset())
        bars[entry["name"]] = Bar(entry["name"], needs, needs | before)
    return bars


def _after(bar: Bar, event: Event) -> Bar:
    """The bar with one more event taken up."""
    time = float(event["time"])
    match event["event"]:
        case "waiting":
            since = time if bar.waiting_from is None else bar.waiting_from
            waiting_for = tuple(event.get("for", ()))
            return replace(bar, waiting_from=since, waiting_for=waiting_for, state="waiting")
        case "started":
            return replace(bar, started_at=time, waiting_for=(), state="working")
        case "phase":
            phase = str(event.get("phase", ""))
            return replace(
                bar, phase=phase, readiness_from=time if phase == "ready" else bar.readiness_from
            )
        case "ready":
            return replace(bar, ready_at=time)
        case "ended":
            state, reason = str(event.get("state", "failed")), event.get("reason")
            return replace(bar, ended_at=time, state=state, reason=reason, waiting_for=())
    return bar


def _counted(bars: Iterable[Bar]) -> dict[str, int]:
    states: dict[str, int] = {}
    for bar in bars:
        states[bar.state] = states.get(bar.state, 0) + 1
    return states
