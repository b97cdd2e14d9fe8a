"""The last run as Markdown: the cause of a failure first, then the table, bars and critical path.

    report.py .stratum/demo [--before FILE] [--log FILE [--with-log]]

A run whose id is in the file `before` is not this one's: then the end of the log is the cause.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ansible_collections.stratum.platform.plugins.module_utils.run import order, report, timeline
from ansible_collections.stratum.platform.plugins.module_utils.run.line import plain, signs_for
from ansible_collections.stratum.platform.plugins.module_utils.run.state import StateDirectory

COLUMNS = 110
LAST_LINES = 25
# A comment of GitHub holds 65,536 characters.
LOG_CHARACTERS = 40_000
LEFT_OUT = "(a line with a secret was left out)"
Events = Sequence[Mapping[str, Any]]
GOOD = ("ok", "changed", "unchanged")


def markdown(state: StateDirectory, before: str = "", log: str = "") -> Iterator[str]:
    """The lines of the report.

    Args:
        state: where the journals are.
        before: the id of the last run before this one.
        log: what was printed, for a run that ended before its journal began.
    """
    runs = state.runs()
    if not runs or runs[-1] == before:
        yield from _nothing_run(log)
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


def _nothing_run(log: str) -> Iterator[str]:
    said = [line for line in log.splitlines() if line.strip()]
    if said:
        yield "### Nothing was run: it ended before the first component"
        yield ""
        yield from _fence(said[-LAST_LINES:])
    else:
        yield "### Nothing was run: no journal was written; the log of the step before says why"


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


def folded(log: str) -> Iterator[str]:
    """What was printed, as something to open; of a long one the end."""
    if log.strip():
        cut = log[-LOG_CHARACTERS:]
        first = ["(the beginning was left out)"] if len(cut) < len(log) else []
        yield from ["<details><summary>What was printed</summary>", ""]
        yield from _fence([*first, *cut.splitlines()])
        yield "</details>"


def without_secrets(text: str, state: Path) -> str:
    """The lines of a text in which no secret of the environment appears."""
    files = [path for path in (state / "secrets").glob("*") if path.is_file()]
    secrets = [value for path in files if (value := path.read_text("utf-8").strip())]
    lines = text.splitlines()
    return "\n".join(LEFT_OUT if any(s in line for s in secrets) else line for line in lines)


def _read(path: Path | None) -> str:
    return path.read_text("utf-8", "replace") if path and path.is_file() else ""


def main(arguments: Sequence[str]) -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(description="Report the last run.")
    parser.add_argument("state", type=Path)
    parser.add_argument("--before", type=Path)
    parser.add_argument("--log", type=Path)
    parser.add_argument("--with-log", action="store_true")
    given = parser.parse_args(arguments)
    before, log = _read(given.before).strip(), without_secrets(_read(given.log), given.state)
    for line in markdown(StateDirectory(given.state), before, log):
        print(line)
    if given.with_log:
        print("\n".join(folded(log)))


if __name__ == "__main__":
    main(sys.argv[1:])
