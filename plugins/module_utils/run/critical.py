"""What decided how long a run took: its critical path, the slack beside it, the barriers' cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .timeline import Bar, Edge

NEGLIGIBLE_SECONDS = 0.05


@dataclass(frozen=True)
class Hop:
    """One instance on the critical path.

    `held_by` says what made it wait for the hop before: `needs` (an explicit edge, with its
    reasons), `tier` (the tier barrier alone), or None for the first.
    """

    instance: str
    seconds: float
    held_by: str | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Barrier:
    """What waiting for whole tiers cost; None where the run does not tell."""

    cost_seconds: float | None
    graph_seconds: float | None
    text: str


def critical_path(bars: Sequence[Bar]) -> tuple[Hop, ...]:
    """The longest chain, first instance first.

    It ends with the instance that ended last; each step back goes to what became ready last of
    all that the instance waited for.
    """
    by_name = {bar.instance: bar for bar in bars}
    worked = [bar for bar in bars if bar.started_at is not None and bar.ended_at is not None]
    if not worked:
        return ()
    bar = max(worked, key=lambda b: b.ended_at or 0.0)
    hops: list[Hop] = []
    while True:
        edge = _held_longest(bar, by_name)
        held_by = None if edge is None else "needs" if edge.explicit else "tier"
        hops.append(Hop(bar.instance, bar.seconds or 0.0, held_by, edge.reasons if edge else ()))
        if edge is None:
            return tuple(reversed(hops))
        bar = by_name[edge.instance]


def slack_of(bars: Sequence[Bar]) -> dict[str, float]:
    """By how much each instance could have been later without the run ending later."""
    finished = {bar.instance: bar for bar in bars if bar.started_at is not None}
    ends = [bar.released_at or bar.ended_at or 0.0 for bar in finished.values()]
    slack: dict[str, float] = {}
    for bar in sorted(finished.values(), key=lambda b: b.started_at or 0.0, reverse=True):
        end = bar.released_at or bar.ended_at
        if end is None:
            continue
        followers = [b for b in finished.values() if _waits_for(b, bar) and b.instance in slack]
        allowed = [(b.started_at or 0.0) - end + slack[b.instance] for b in followers]
        slack[bar.instance] = min([max(ends) - end, *allowed])
    return slack


def barrier_of(bars: Sequence[Bar], schedule: str, actual_seconds: float) -> Barrier:
    """Compare the same work under all edges and under the explicit ones alone.

    Both sides are computed: what starting processes costs is in neither, so the barriers are
    not charged for it.
    """
    if schedule != "tiers":
        return Barrier(None, None, f"No tier barriers: this run had `schedule: {schedule}`.")
    if any(bar.released_at is None or bar.started_at is None for bar in bars):
        text = "What the tier barriers cost is not known: not every instance became ready."
        return Barrier(None, None, text)
    cost = makespan(bars) - makespan(bars, explicit_only=True)
    if cost < NEGLIGIBLE_SECONDS:
        return Barrier(0.0, actual_seconds, "The tier barriers cost nothing in this run.")
    graph = actual_seconds - cost
    text = (
        f"The tier barriers cost {cost:.1f} s of {actual_seconds:.1f} s: with `schedule: graph` "
        f"this run would take about {graph:.1f} s."
    )
    return Barrier(cost, graph, text)


def makespan(bars: Sequence[Bar], explicit_only: bool = False) -> float:
    """How long the bars' work takes when each starts as soon as its edges allow."""
    finish: dict[str, float] = {}
    for bar in bars:  # in topological order: what a bar waits for stands before it
        edges = [edge for edge in bar.edges if edge.explicit or not explicit_only]
        start = max((finish.get(edge.instance, 0.0) for edge in edges), default=0.0)
        finish[bar.instance] = start + _work(bar)
    return max(finish.values(), default=0.0)


def _work(bar: Bar) -> float:
    if bar.started_at is None or bar.released_at is None:
        return 0.0
    return bar.released_at - bar.started_at


def _held_longest(bar: Bar, by_name: dict[str, Bar]) -> Edge | None:
    """The edge whose instance was ready last; of two at the same moment the explicit one."""
    candidates = [
        ((ready, edge.explicit), edge)
        for edge in bar.edges
        if edge.instance in by_name and (ready := by_name[edge.instance].released_at) is not None
    ]
    return max(candidates, key=lambda pair: pair[0])[1] if candidates else None


def _waits_for(bar: Bar, other: Bar) -> bool:
    return any(edge.instance == other.instance for edge in bar.edges)
