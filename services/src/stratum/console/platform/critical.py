"""What decided how long a run took: its critical path, and what waiting for whole tiers cost."""

from __future__ import annotations

from collections.abc import Sequence

from stratum.console.platform.timeline import Bar, Run

NEGLIGIBLE_SECONDS = 0.05


def critical_path(bars: Sequence[Bar]) -> list[str]:
    """From the instance that ended last, back along what was ready last of all it waited for."""
    by_name = {bar.instance: bar for bar in bars}
    worked = [bar for bar in bars if bar.started_at is not None and bar.ended_at is not None]
    path: list[str] = []
    bar = max(worked, key=lambda b: b.ended_at or 0.0, default=None)
    while bar is not None and bar.instance not in path:
        path.append(bar.instance)
        bar = _held_by(bar, by_name)
    return path[::-1]


def barrier(run: Run) -> tuple[float | None, str]:
    """Seconds and a sentence; None where the run does not tell."""
    if run.schedule != "tiers":
        return None, f"No tier barriers: this run had `schedule: {run.schedule}`."
    if any(bar.released_at is None or bar.started_at is None for bar in run.bars):
        return None, "What the tier barriers cost is not known: not every instance became ready."
    # Both sides are computed: what starting processes costs is in neither.
    cost = makespan(run.bars) - makespan(run.bars, explicit_only=True)
    if cost < NEGLIGIBLE_SECONDS:
        return 0.0, "The tier barriers cost nothing in this run."
    whole = run.last_moment - run.started_at
    return cost, (
        f"The tier barriers cost {cost:.1f} s of {whole:.1f} s: with `schedule: graph` "
        f"this run would take about {whole - cost:.1f} s."
    )


def makespan(bars: Sequence[Bar], *, explicit_only: bool = False) -> float:
    """How long the bars' work takes when each starts as soon as its edges allow."""
    finish: dict[str, float] = {}
    for bar in bars:
        edges = bar.needs if explicit_only else bar.waits_for
        start = max((finish.get(name, 0.0) for name in edges), default=0.0)
        finish[bar.instance] = start + bar.work
    return max(finish.values(), default=0.0)


def _held_by(bar: Bar, by_name: dict[str, Bar]) -> Bar | None:
    """Of two that were ready at the same moment, the one with an explicit edge."""
    others = [by_name[name] for name in sorted(bar.waits_for) if name in by_name]
    ready = [other for other in others if other.released_at is not None]
    return max(ready, key=lambda b: (b.released_at or 0.0, b.instance in bar.needs), default=None)
