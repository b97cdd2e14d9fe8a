from __future__ import annotations

from ansible_collections.stratum.platform.plugins.module_utils.run import report, timeline
from ansible_collections.stratum.platform.plugins.module_utils.run.line import (
    ASCII,
    UNICODE,
    coloured,
    plain,
    signs_for,
)
from ansible_collections.stratum.platform.tests.unit.run.simulated import Piece, journal

PIECES = [
    Piece("i0", 0, seconds=2.0),
    Piece("i1", 0, seconds=4.0, fate="failed"),
    Piece("i2", 0, seconds=1.0, fate="unchanged"),
    Piece("i3", 1, needs=("i0", "i1")),
]


def of(pieces: list[Piece], schedule: str = "graph") -> timeline.Timeline:
    found = timeline.of_events(journal(pieces, schedule))
    assert found is not None
    return found


def text(found: timeline.Timeline, columns: int = 64) -> list[str]:
    return [plain(line).rstrip() for line in report.final(found, columns, UNICODE)]


def test_the_whole_report_of_a_run_with_a_failure() -> None:
    assert text(of(PIECES)) == [
        "instance  state        version  rev   time  reason",
        "i0        ✓ changed    1.0.0      1  2.0 s",
        "i1        ✗ failed     1.0.0         4.0 s  it was told to fail",
        "i2        ✓ unchanged  1.0.0      3  1.0 s",
        "i3        ⊘ blocked    1.0.0                blocked by i1",
        "",
        "    0 s                                                  4.0 s",
        "i0  █████████████████████████████",
        "i1  ██████████████████████████████████████████████████████████ ✗",
        "i2  ██████████████",
        "i3  ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ ⊘",
        "    ░ waiting  █ working  ▓ becoming ready",
        "",
        "Critical path (4.0 s of work): i1 4.0 s",
        "No tier barriers: this run had `schedule: graph`.",
    ]


def test_the_bars_of_a_terminal_without_unicode() -> None:
    lines = [plain(line) for line in report.bars(of(PIECES), 34, ASCII)]
    assert lines[2:5] == [
        "i1  ############################ x",
        "i2  #######",
        "i3  ............................ !",
    ]


def test_becoming_ready_has_its_own_hatch() -> None:
    events = journal([Piece("i0", 0, seconds=2.0)])
    phase = next(event for event in events if event["event"] == "phase")
    phase["time"] -= 1.0
    found = timeline.of_events(events)
    assert found is not None
    assert plain(report.bars(found, 26, UNICODE)[1]) == "i0  ██████████▓▓▓▓▓▓▓▓▓▓"


def test_a_long_reason_goes_on_below_its_column() -> None:
    events = journal([Piece("i0", 0, fate="failed")])
    ended = next(event for event in events if event["event"] == "ended")
    ended["reason"] = "port 8480 is used by another process, which is nginx"
    found = timeline.of_events(events)
    assert found is not None
    assert [plain(line) for line in report.table(found.bars, 64, UNICODE)] == [
        "instance  state     version  rev   time  reason",
        "i0        ✗ failed  1.0.0         1.0 s  port 8480 is used by",
        "                                         another process, which",
        "                                         is nginx",
    ]


def test_the_critical_path_tells_barriers_from_needs() -> None:
    pieces = [Piece("i0", 0), Piece("i1", 1), Piece("i2", 2, needs=("i1",))]
    lines = report.path(of(pieces, "tiers").critical_path, 100, UNICODE)
    assert [plain(line) for line in lines] == [
        "Critical path (3.0 s of work): i0 1.0 s → i1 1.0 s (held by the tier barrier alone) → "
        "i2 1.0 s",
        "(needs i1)",
    ]


def test_problems_before_the_start_are_listed_with_their_cures() -> None:
    events = journal([Piece("i0", 0)])[:2]
    events[1]["problems"] = [
        {"where": "collector@local", "what": "port 8480 is in use", "cure": "choose another"}
    ]
    found = timeline.of_events(events)
    assert found is not None
    assert text(found)[-3:] == [
        "Nothing was started:",
        "  collector@local: port 8480 is in use",
        "    choose another",
    ]


def test_the_header_of_a_check_run_says_that_nothing_is_changed() -> None:
    events = journal([Piece("i0", 0)])
    events[0]["check"] = True
    found = timeline.of_events(events)
    assert found is not None
    assert plain(report.header(found, UNICODE)) == (
        "simulated 1.0.0 → test, 1 instance  check mode: nothing is changed"
    )


def test_only_the_state_of_a_row_has_a_colour() -> None:
    line = report.table(of(PIECES).bars, 80, ASCII)[2]
    assert coloured(line, lambda words, tone: f"<{tone} {words}>") == (
        "i1        <failed x failed     >1.0.0         4.0 s  it was told to fail"
    )


def test_signs_are_plain_where_the_output_is_not_unicode() -> None:
    assert [signs_for("UTF-8"), signs_for("ISO-8859-1")] == [UNICODE, ASCII]
