"""The last run as Markdown: the cause of a failure first, then the table, bars and critical path.

report.py .stratum/demo
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ansible_collections.stratum.platform.plugins.module_utils.run import order, report, timeline
from ansible_collections.stratum.platform.plugins.module_utils.run.line import plain, signs_for
from ansible_collections.stratum.platform.plugins.module_utils.run.state import StateDirectory

COLUMNS = 110
Events = Sequence[Mapping[str, Any]]
GOOD = ("ok", "changed", "unchanged")


def markdown(state: StateDirectory) -> Iterator[str]:
    """The lines of the report."""
    runs = state.runs()
    if not runs:
        yield "### Nothing was run: no journal was written; the log of the step before says why"
        return
    data = state.journal(runs[-1]).read_bytes()
    events = order.parse(data)[0]
    ended = [event for event in events if event["event"] == "ended"]
    failed = [event for event in ended if event["state"] == "failed"]
    bad = [event for event in ended if event["state"] not in GOOD]
    problems = [each for event in events for each in event.get("problems", [])]
    yield f"### {_headline(ended, failed, bad, problems)}"
    yield ""
    if problems:
        yield from (f"- {each['where']}: {each['what']}; {each['cure']}" for each in problems)
        yield ""
    for event in failed:
        yield from _cause(event)
    seen = timeline.of_events(events)
    if seen:
        lines = report.final(seen, COLUMNS, signs_for("utf-8"))
        yield from _fence(plain(line).rstrip() for line in lines)
    yield from _fence(order.check_journal(data, at_work=False).lines())


def _headline(ended: Events, failed: Events, bad: Events, problems: Events) -> str:
    if problems:
        return "Nothing was started: the checks before the start found problems"
    if failed:
        return f"{len(failed)} of {len(ended)} failed: {', '.join(e['instance'] for e in failed)}"
    if bad:
        return f"{len(bad)} of {len(ended)} were not installed: {bad[0]['reason']}"
    return f"All {len(ended)} are well"


def _cause(event: Mapping[str, Any]) -> Iterator[str]:
    yield f"**{event['instance']}**: {event['reason']}"
    yield ""
    yield from _fence(event["evidence"])


def _fence(lines: Iterable[str]) -> Iterator[str]:
    found = [str(line).replace("```", "'''") for line in lines]
    if found:
        yield from ["```text", *found, "```", ""]


if __name__ == "__main__":
    for shown in markdown(StateDirectory(Path(sys.argv[1]))):
        print(shown)
