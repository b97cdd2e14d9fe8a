from __future__ import annotations

from typing import Any

from ansible_collections.stratum.platform.plugins.module_utils.run.line import UNICODE, plain
from ansible_collections.stratum.platform.plugins.module_utils.run.progress import Progress
from ansible_collections.stratum.platform.tests.unit.run.simulated import Piece, journal

Event = dict[str, Any]


def progress() -> Progress:
    return Progress(UNICODE, lambda seconds: f"T{seconds:.0f}")


def shown(events: list[Event]) -> list[str]:
    taking = progress()
    return [plain(line) for event in events for line in taking.take(event)]


def test_waiting_working_and_ready_are_told_apart() -> None:
    events = journal([Piece("i0", 0, seconds=3.0), Piece("i1", 1)])
    start = next(i for i, e in enumerate(events) if e["event"] == "started")
    install = {"event": "phase", "time": 1000.0, "instance": "i0", "phase": "install"}
    events.insert(start + 1, install)
    assert shown(events) == [
        "T1000  i1  ░ waiting for i0",
        "T1000  i0  █ working",
        "T1003  i0  ✓ ready (3.0 s)",
        "T1004  i1  ✓ ready (1.0 s)",
    ]


def test_a_failure_is_followed_by_its_evidence() -> None:
    events = journal([Piece("i0", 0, fate="failed")])
    events[-2]["evidence"] = ["last line of the log"]
    assert shown(events) == [
        "T1001  i0  ✗ failed: it was told to fail",
        "                last line of the log",
    ]


def test_what_a_failure_blocks_is_not_called_failed() -> None:
    events = journal([Piece("i0", 0, fate="failed"), Piece("i1", 1)])
    assert shown(events)[-1] == "T1001  i1  ⊘ blocked by i0"


def test_a_shorter_list_of_needs_is_no_news() -> None:
    events = journal([Piece("i0", 0), Piece("i1", 0), Piece("i2", 1)])
    again = {"event": "waiting", "time": 1000.5, "instance": "i2", "pid": 1, "for": ["i1"]}
    events.insert(3, again)
    assert [line for line in shown(events) if "waiting" in line] == [
        "T1000  i2  ░ waiting for i0, i1"
    ]


def test_many_needs_are_counted() -> None:
    pieces = [Piece(f"i{n}", 0) for n in range(7)]
    lines = shown(journal([*pieces, Piece("i7", 1)]))
    assert lines[0] == "T1000  i7  ░ waiting for i0, i1, i2 and 4 more"


def test_an_unchanged_instance_is_one_line() -> None:
    assert shown(journal([Piece("i0", 0, fate="unchanged")])) == ["T1001  i0  ✓ unchanged (1.0 s)"]


def test_a_check_run_says_what_would_change() -> None:
    events = journal([Piece("i0", 0, fate="ok"), Piece("i1", 0, fate="ok")])
    events[0]["check"] = True
    change = {"event": "changed", "time": 1000.0, "instance": "i0", "task": "Write"}
    events.insert(3, change)
    assert shown(events) == [
        "T1001  i0  ✓ checked: would change (1.0 s)",
        "T1001  i1  ✓ checked (1.0 s)",
    ]


def test_a_long_silence_is_broken_by_who_is_at_work() -> None:
    taking = progress()
    for event in journal([Piece("i0", 0), Piece("i1", 1)])[:4]:
        taking.take(event)
    assert [plain(line) for line in taking.heartbeat(1020.0)] == [
        "T1020  still at work: i0 20.0 s, 1 waiting"
    ]


def test_there_is_no_second_heartbeat_right_after_the_first() -> None:
    taking = progress()
    for event in journal([Piece("i0", 0), Piece("i1", 1)])[:4]:
        taking.take(event)
    taking.heartbeat(1020.0)
    assert taking.heartbeat(1021.0) == []
