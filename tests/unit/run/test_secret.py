"""Generated secrets: one value for all who ask, in a file for its owner alone."""

from __future__ import annotations

import multiprocessing
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from ansible_collections.stratum.platform.plugins.module_utils.run.secret import (
    ALPHABET,
    secret_path,
    value_of,
)
from ansible_collections.stratum.platform.plugins.module_utils.run.state import StateDirectory

FORK = multiprocessing.get_context("fork")


def test_a_secret_is_generated_once(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path)
    value = value_of(state, "warehouse", "admin_password", 32)
    assert value_of(state, "warehouse", "admin_password", 32) == value
    assert (len(value), set(value) - set(ALPHABET)) == (32, set())


def test_two_secrets_differ(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path)
    assert value_of(state, "warehouse", "a", 32) != value_of(state, "warehouse", "b", 32)


def test_the_file_holds_the_value_alone_and_is_for_its_owner(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path)
    value = value_of(state, "warehouse", "a", 32)
    path = secret_path(state, "warehouse", "a")
    assert path == tmp_path / "secrets" / "warehouse.a"
    assert (path.read_text(), path.stat().st_mode & 0o777) == (value, 0o600)


def test_a_check_keeps_nothing(tmp_path: Path) -> None:
    assert len(value_of(StateDirectory(tmp_path), "warehouse", "a", 32, generate=False)) == 32
    assert list(tmp_path.iterdir()) == []


def test_a_check_sees_the_value_that_is_there(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path)
    value = value_of(state, "warehouse", "a", 32)
    assert value_of(state, "warehouse", "a", 32, generate=False) == value


def _ask(root: Path, together: Barrier, answers: Any) -> None:
    for number in range(50):
        together.wait()
        answers.put((number, value_of(StateDirectory(root), "warehouse", f"k{number}", 40)))


def test_processes_that_ask_at_once_see_one_value(tmp_path: Path) -> None:
    together, answers = FORK.Barrier(3), FORK.Queue()
    processes = [FORK.Process(target=_ask, args=(tmp_path, together, answers)) for _ in range(3)]
    for process in processes:
        process.start()
    seen = {answers.get(timeout=30) for _ in range(150)}
    for process in processes:
        process.join()
    kept = {(n, (tmp_path / "secrets" / f"warehouse.k{n}").read_text()) for n in range(50)}
    assert seen == kept
