from __future__ import annotations

from ansible_collections.stratum.platform.plugins.module_utils.run import closing
from ansible_collections.stratum.platform.tests.unit.run.simulated import Piece, journal

PIECES = [Piece("i0", 0), Piece("i1", 0, seconds=9.0), Piece("i2", 1)]


def test_an_instance_with_a_final_state_gets_no_other() -> None:
    assert closing.missing_ends(journal(PIECES), {}, interrupted=False) == []


def reasons(failures: dict[str, str], interrupted: bool) -> dict[str, tuple[str, str]]:
    events = journal(PIECES)
    last = next(i for i, e in enumerate(events) if e["event"] == "ended")
    ends = closing.missing_ends(events[: last + 1], failures, interrupted)
    return {end["instance"]: (end["state"], end["reason"]) for end in ends}


def test_what_had_started_has_failed_and_the_rest_was_not_started() -> None:
    assert reasons({}, interrupted=False) == {
        "i1": ("failed", "its work ended without a result"),
        "i2": ("not started", "the run ended before its turn"),
    }


def test_an_interruption_is_named() -> None:
    assert reasons({}, interrupted=True) == {
        "i1": ("failed", "the run was interrupted while it worked"),
        "i2": ("not started", "the run was interrupted before its turn"),
    }


def test_a_failure_that_was_seen_is_the_reason() -> None:
    assert reasons({"i1": "Install: no space left"}, False)["i1"] == (
        "failed",
        "Install: no space left",
    )
