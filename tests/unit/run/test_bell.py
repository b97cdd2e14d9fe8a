"""Bells: who listens is woken by the end that it waits for, and never waits for nothing."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.run import bell
from ansible_collections.stratum.platform.plugins.module_utils.run.journal import Journal

FOR_EVER = 3600.0


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "run.jsonl")


def test_an_end_wakes_all_that_listen_for_it(journal: Journal) -> None:
    both_listen = threading.Barrier(3)

    def listen() -> None:
        with bell.listening(journal.path, "a@local") as listener:
            both_listen.wait()
            listener.wait(FOR_EVER)

    listeners = [threading.Thread(target=listen) for _ in range(2)]
    for thread in listeners:
        thread.start()
    both_listen.wait()
    journal.append("ended", instance="a@local")
    for thread in listeners:
        thread.join()


def test_an_end_between_listening_and_waiting_is_heard(journal: Journal) -> None:
    with bell.listening(journal.path, "a@local") as listener:
        journal.append("ended", instance="a@local")
        listener.wait(FOR_EVER)


def test_what_rang_before_is_not_heard_again(journal: Journal) -> None:
    with bell.listening(journal.path, "a@local"):
        journal.append("ended", instance="a@local")
    with bell.listening(journal.path, "a@local") as listener:
        assert not listener.wait(0.0)


def test_other_events_and_other_instances_wake_nobody(journal: Journal) -> None:
    with bell.listening(journal.path, "a@local") as listener:
        journal.append("started", instance="a@local")
        journal.append("ended", instance="b@local")
        assert not listener.wait(0.0)


def test_an_end_that_nobody_waits_for_is_no_trouble(journal: Journal) -> None:
    journal.append("ended", instance="a@local")
    assert [path.name for path in journal.path.parent.iterdir()] == ["run.jsonl"]


def test_without_named_pipes_it_looks_from_time_to_time(journal: Journal) -> None:
    journal.path.with_suffix(".bells").write_text("a file where the folder would be")
    with bell.listening(journal.path, "a@local") as listener:
        assert not listener.wait(FOR_EVER)


def test_the_bells_of_all_runs_can_be_removed(journal: Journal) -> None:
    with bell.listening(journal.path, "a@local"):
        pass
    journal.append("started")
    bell.remove_all(journal.path.parent)
    assert [path.name for path in journal.path.parent.iterdir()] == ["run.jsonl"]
