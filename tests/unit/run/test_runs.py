"""Runs: one at a time in an environment, one journal each, whoever opens it."""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
from collections.abc import Iterator
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.stratum.platform.plugins.module_utils.run import runs
from ansible_collections.stratum.platform.plugins.module_utils.run.journal import Journal
from ansible_collections.stratum.platform.plugins.module_utils.run.process import started_at
from ansible_collections.stratum.platform.plugins.module_utils.run.runs import (
    RunError,
    close_run,
    current_run,
    open_run,
    run_at_work,
)
from ansible_collections.stratum.platform.plugins.module_utils.run.state import StateDirectory

FORK = multiprocessing.get_context("fork")
ME = os.getpid()


@pytest.fixture
def state(tmp_path: Path) -> StateDirectory:
    return StateDirectory(tmp_path / "demo")


@pytest.fixture
def other() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(["sleep", "60"])
    yield process
    process.kill()
    process.wait()


def opened(state: StateDirectory, pid: int = ME, instance: str | None = None) -> Journal:
    return open_run(state, pid, lambda: {"opened_by": "worker"}, lambda: {"product": "p"}, instance)


def test_opening_writes_the_product_and_the_first_line(state: StateDirectory) -> None:
    journal = opened(state)
    first = journal.read()[0]
    assert json.loads(state.product.read_text()) == {"product": "p"}
    assert (first["event"], first["pid"], first["opened_by"]) == ("run_started", ME, "worker")
    assert journal.path == state.journal(first["run"])
    assert run_at_work(state) == first["run"]


def test_the_second_to_open_gets_the_same_run(state: StateDirectory) -> None:
    assert opened(state).path == opened(state, instance="a").path
    assert len(state.runs()) == 1


def _open(state: StateDirectory, pid: int, together: Barrier, answers: Any) -> None:
    together.wait()
    answers.put(opened(state, pid, "a").path.name)


def test_workers_that_open_at_once_get_one_run(state: StateDirectory) -> None:
    together, answers = FORK.Barrier(4), FORK.Queue()
    workers = [FORK.Process(target=_open, args=(state, ME, together, answers)) for _ in range(4)]
    for worker in workers:
        worker.start()
    names = {answers.get(timeout=30) for _ in workers}
    for worker in workers:
        worker.join()
    assert names == {f"{run}.jsonl" for run in state.runs()}
    assert [e["event"] for e in current(state).read()] == ["run_started"]


def current(state: StateDirectory) -> Journal:
    journal = current_run(state, ME)
    assert journal is not None
    return journal


def test_another_process_at_work_is_an_error(
    state: StateDirectory, other: subprocess.Popen[bytes]
) -> None:
    run = opened(state, other.pid).read()[0]["run"]
    with pytest.raises(RunError) as error:
        opened(state)
    assert str(error.value) == (
        f"another run is at work in this environment (process {other.pid}, run {run}): "
        "wait until it ends, or end that process"
    )


def test_the_run_of_a_process_that_was_killed_does_not_hold_the_environment(
    state: StateDirectory, other: subprocess.Popen[bytes]
) -> None:
    before = opened(state, other.pid)
    other.kill()
    os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)  # nobody has asked for its result
    assert run_at_work(state) is None
    assert opened(state).path != before.path


def test_a_reused_process_id_does_not_hold_the_environment(
    state: StateDirectory, other: subprocess.Popen[bytes]
) -> None:
    opened(state, other.pid)
    stale = {**json.loads(state.current.read_text()), "process": "1"}
    state.current.write_text(json.dumps(stale))
    assert run_at_work(state) is None
    assert opened(state).read()[0]["pid"] == ME


def test_an_instance_that_has_ended_asks_for_the_next_run(state: StateDirectory) -> None:
    first = opened(state, instance="a")
    first.append("ended", instance="a", state="changed")
    assert opened(state, instance="b").path == first.path
    assert opened(state, instance="a").path != first.path
    assert first.read()[-1]["event"] == "run_ended"


def test_closing_counts_the_states_and_frees_the_environment(
    state: StateDirectory, other: subprocess.Popen[bytes]
) -> None:
    journal = opened(state)
    for name, how in (("a", "changed"), ("b", "failed"), ("c", "changed")):
        journal.append("ended", instance=name, state=how)
    close_run(journal, state)
    assert journal.read()[-1]["states"] == {"changed": 2, "failed": 1}
    assert current_run(state, ME) is None
    assert opened(state, other.pid).path != journal.path


def test_a_run_whose_first_line_cannot_be_written_is_not_current(state: StateDirectory) -> None:
    with pytest.raises(TypeError):
        open_run(state, ME, lambda: {"opened_by": object()}, dict)
    assert current_run(state, ME) is None


def test_where_no_run_was_ever_open_none_is_at_work(state: StateDirectory) -> None:
    assert (run_at_work(state), current_run(state, ME)) == (None, None)


def test_the_start_of_a_process_is_kept_with_the_run(state: StateDirectory) -> None:
    opened(state)
    assert json.loads(state.current.read_text())["process"] == started_at(ME)


@given(
    seconds=st.lists(st.integers(0, 2), min_size=1, max_size=30),
    numbers=st.lists(st.integers(0, 0x7FFF), min_size=30, max_size=30),
)
def test_ids_sort_in_the_order_of_their_runs(seconds: list[int], numbers: list[int]) -> None:
    made: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        for second, number in zip(seconds, numbers, strict=False):
            patch.setattr(
                runs.time, "gmtime", lambda at=second: (2026, 11, 21, 12, 0, at, 5, 325, 0)
            )
            patch.setattr(runs.secrets, "randbelow", lambda _end, drawn=number: drawn)
            made.append(runs._next_id(made))
    assert made == sorted(set(made))
