"""Records: the current one whole, those before it in a history of bounded length."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.run import record
from ansible_collections.stratum.platform.plugins.module_utils.run.record import Record
from ansible_collections.stratum.platform.plugins.module_utils.run.state import StateDirectory

FIRST = Record(
    instance="collector@local",
    component="collector",
    product="delivery",
    release="1.0.0",
    environment="demo",
    tier="ingest",
    driver="host",
    version="1.0.0",
    revision=1,
    input_digest="sha256:00",
    result="ok",
    run="20261121T120000Z-0001",
    started_at="2026-11-21T12:00:00Z",
    ended_at="2026-11-21T12:00:09Z",
    duration_seconds=9.1,
    outputs={"url": "http://127.0.0.1:8480"},
)


@pytest.fixture
def state(tmp_path: Path) -> StateDirectory:
    return StateDirectory(tmp_path)


def test_a_record_is_read_as_it_was_written(state: StateDirectory) -> None:
    record.write(state, FIRST)
    assert record.read(state, "collector@local") == FIRST
    assert json.loads(state.record("collector@local").read_text()) == asdict(FIRST)


def test_what_was_never_installed_has_no_record(state: StateDirectory) -> None:
    assert record.read(state, "collector@local") is None
    assert record.history(state, "collector@local") == []


def test_the_record_before_goes_to_the_history(state: StateDirectory) -> None:
    second = replace(FIRST, revision=2)
    record.write(state, FIRST)
    record.write(state, second)
    assert record.read(state, "collector@local") == second
    assert record.history(state, "collector@local") == [FIRST]


def test_the_same_record_again_is_no_history(state: StateDirectory) -> None:
    record.write(state, FIRST)
    record.write(state, FIRST)
    assert record.history(state, "collector@local") == []


def test_the_history_keeps_the_newest(state: StateDirectory) -> None:
    for revision in range(1, record.HISTORY_KEPT + 4):
        record.write(state, replace(FIRST, revision=revision))
    kept = [entry.revision for entry in record.history(state, "collector@local")]
    assert kept == list(range(3, record.HISTORY_KEPT + 3))


def test_a_removed_instance_leaves_its_history(state: StateDirectory) -> None:
    record.write(state, FIRST)
    record.remove(state, "collector@local")
    assert record.read(state, "collector@local") is None
    assert record.history(state, "collector@local") == [FIRST]


def test_removing_what_is_not_installed_does_nothing(state: StateDirectory) -> None:
    record.remove(state, "collector@local")
    assert list(state.root.iterdir()) == []


def test_a_record_of_a_later_stratum_can_be_read(state: StateDirectory) -> None:
    record.write(state, FIRST)
    path = state.record("collector@local")
    path.write_text(json.dumps({**asdict(FIRST), "added_later": 1}))
    assert record.read(state, "collector@local") == FIRST


def test_the_release_before_is_the_last_that_was_whole(state: StateDirectory) -> None:
    for hour, (release, result) in enumerate(
        [("1.0.0", "ok"), ("1.1.0", "ok"), ("1.2.0", "failed"), ("1.3.0", "ok")]
    ):
        ended = f"2026-11-21T{12 + hour}:00:09Z"
        record.write(state, replace(FIRST, release=release, result=result, ended_at=ended))

    assert record.release_before(state, "delivery", "1.3.0") == "1.1.0"
    assert record.release_before(state, "delivery", "1.2.0") == "1.3.0"
    assert record.release_before(state, "other", "1.3.0") is None
