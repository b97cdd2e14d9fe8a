"""The report at the end of a run: final states, bars, critical path, what the barriers cost.

Pure: a timeline goes in, lines come out; the caller colours and prints them.
"""

from __future__ import annotations

from collections.abc import Sequence

from .critical import Hop
from .grid import Row, grid
from .line import Line, Signs, Span, duration, listed, pad, width, wrap
from .timeline import Bar, Timeline, last_moment

TONES = {
    "ok": "good",
    "changed": "changed",
    "unchanged": "good",
    "failed": "failed",
    "blocked": "blocked",
    "not started": "blocked",
    "waiting": "waiting",
    "working": "changed",
}
HEADINGS = ("instance", "state", "version", "rev", "time", "reason")
SHORTEST_BAR = 20
NARROWEST = 60


def final(timeline: Timeline, columns: int, signs: Signs) -> list[Line]:
    """The whole report; sections are parted by empty lines."""
    columns = max(columns, NARROWEST)
    lines = table(timeline.bars, columns, signs)
    if any(bar.started_at is not None for bar in timeline.bars):
        lines += [(), *bars(timeline, columns, signs)]
        lines += [(), *path(timeline.critical_path, columns, signs)]
        lines += [(Span(text),) for text in wrap(timeline.barrier.text, columns)]
    if timeline.problems:
        lines += [(), *problems(timeline)]
    return lines


def header(timeline: Timeline, signs: Signs) -> Line:
    """`delivery 1.0.0 → demo, 5 instances`."""
    count = len(timeline.bars)
    text = (
        f"{timeline.product} {timeline.release} {signs.arrow} {timeline.environment}, "
        f"{count} instance{'' if count == 1 else 's'}"
    )
    if timeline.check:
        return Span(text, "heading"), Span("  check mode: nothing is changed", "waiting")
    return (Span(text, "heading"),)


def table(all_bars: Sequence[Bar], columns: int, signs: Signs) -> list[Line]:
    """Every instance with its final state; a long reason goes on below its own column."""
    rows = [Row(_cells(bar, signs), TONES[bar.state]) for bar in all_bars]
    return grid(HEADINGS, rows, columns, right=(3, 4))


def bars(timeline: Timeline, columns: int, signs: Signs) -> list[Line]:
    """One bar an instance on one time axis; those on the critical path are marked."""
    names = max(width(bar.instance) for bar in timeline.bars)
    room = max(columns - names - 4, SHORTEST_BAR)
    start, end = timeline.started_at, last_moment(timeline.bars, timeline.started_at)
    scale = room / max(end - start, 1e-6)
    critical = {hop.instance for hop in timeline.critical_path}
    total = duration(end - start)
    lines: list[Line] = [(Span(pad("", names + 2) + "0 s" + pad(total, room - 3, True), "dim"),)]
    for bar in timeline.bars:
        tone = "critical" if bar.instance in critical else None
        name = Span(pad(bar.instance, names) + "  ", tone)
        lines.append((name, *_bar(bar, start, scale, signs, tone)))
    legend = f"{signs.waiting} waiting  {signs.working} working  {signs.probing} becoming ready"
    lines.append((Span(pad("", names + 2) + legend, "dim"),))
    return lines


def path(hops: Sequence[Hop], columns: int, signs: Signs) -> list[Line]:
    """The critical path in words, each hop with what held it."""
    if not hops:
        return []
    words = [_hop(hop, hops[i - 1].instance if i else "") for i, hop in enumerate(hops)]
    total = duration(sum(hop.seconds for hop in hops))
    heading = f"Critical path ({total} of work): "
    text = heading + f" {signs.arrow} ".join(words)
    first, *more = wrap(text, columns)
    lines: list[Line] = [(Span(heading, "critical"), Span(first[len(heading) :]))]
    return lines + [(Span(line),) for line in more]


def problems(timeline: Timeline) -> list[Line]:
    """What the checks before the start found, each with its cure."""
    lines: list[Line] = [(Span("Nothing was started:", "failed"),)]
    for problem in timeline.problems:
        lines.append((Span(f"  {problem['where']}: ", "failed"), Span(str(problem["what"]))))
        lines.append((Span(f"    {problem['cure']}"),))
    return lines


def sign_of(state: str, signs: Signs) -> str:
    """The sign that tells states apart without colour."""
    by_state = {"failed": signs.failed, "blocked": signs.blocked, "not started": signs.still}
    by_state |= {"waiting": signs.waiting, "working": signs.working}
    return by_state.get(state, signs.good)


def _cells(bar: Bar, signs: Signs) -> tuple[str, ...]:
    seconds = "" if bar.seconds is None else duration(bar.seconds)
    revision = "" if bar.revision is None else str(bar.revision)
    reason = (bar.reason or "").partition("\n")[0]
    if bar.state == "blocked" and bar.by and not reason:
        reason = f"blocked by {listed(bar.by)}"
    state = f"{sign_of(bar.state, signs)} {bar.state}"
    return bar.instance, state, bar.version, revision, seconds, reason


def _bar(bar: Bar, start: float, scale: float, signs: Signs, tone: str | None) -> list[Span]:
    """A part too short for a cell is left out, but every bar has at least one cell."""
    moments = [bar.waiting_from, bar.started_at, bar.probing_from, bar.ended_at]
    kinds = [(signs.waiting, "waiting"), (signs.working, tone), (signs.probing, tone)]
    spans: list[Span] = []
    at = 0
    for i, (sign, kind) in enumerate(kinds):
        begun, until = moments[i], next((m for m in moments[i + 1 :] if m is not None), None)
        if begun is None or until is None:
            continue
        first, last = max(at, int((begun - start) * scale)), round((until - start) * scale)
        last = max(last, first + 1) if until == bar.ended_at and not spans else last
        if last > first:
            spans += [Span(" " * (first - at)), Span(sign * (last - first), kind)]
            at = last
    if bar.state in ("failed", "blocked", "not started"):
        spans.append(Span(f" {sign_of(bar.state, signs)}", TONES[bar.state]))
    return spans


def _hop(hop: Hop, before: str) -> str:
    text = f"{hop.instance} {duration(hop.seconds)}"
    if hop.held_by == "tier":
        return f"{text} (held by the tier barrier alone)"
    if hop.held_by == "needs":
        return f"{text} ({'; '.join(hop.reasons) or f'needs {before}'})"
    return text
