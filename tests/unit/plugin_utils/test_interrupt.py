"""Ctrl-C: no worker dies while it sends, and one that Python dropped is said again."""

from __future__ import annotations

import importlib.util
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType, ModuleType, SimpleNamespace
from typing import Any

import pytest

from ansible_collections.stratum.platform.plugins.plugin_utils import interrupt as interrupting
from ansible_collections.stratum.platform.plugins.plugin_utils.interrupt import (
    PATIENCE_SECONDS,
    Interrupt,
)

# What stands for Ansible's strategies: a file in a folder of that name.
STRATEGY = "def run(act):\n    return act()\n\ndef cleanup(act):\n    return act()\n"


class Manager:
    """Ansible's task queue manager, as far as its handler goes: it is good for one interrupt."""

    def __init__(self) -> None:
        self._final_q = SimpleNamespace(_wlock=multiprocessing.get_context("fork").Lock())
        self._workers: list[Any] = []
        self.locked: list[bool] = []

    def handle(self, number: int, frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        for worker in self._workers:
            worker and worker.is_alive()
        self.locked.append(not self._final_q._wlock.acquire(block=False))
        raise KeyboardInterrupt


@pytest.fixture
def manager() -> Iterator[Manager]:
    made = Manager()
    before = signal.signal(signal.SIGINT, made.handle)
    yield made
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def now() -> list[float]:
    return [0.0]


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def interrupt(manager: Manager, now: list[float], said: list[str]) -> Interrupt:
    made = Interrupt(clock=lambda: now[0], again=lambda: said.append("again"))
    made.listen()
    return made


@pytest.fixture
def strategy(tmp_path: Path) -> ModuleType:
    path = tmp_path / "strategy" / "free.py"
    path.parent.mkdir()
    path.write_text(STRATEGY)
    spec = importlib.util.spec_from_file_location("free", path)
    assert spec and spec.loader
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.fixture
def look(strategy: ModuleType, interrupt: Interrupt) -> Callable[[str], None]:
    """Look from another thread while the main one is in a function of a strategy."""

    def from_another_thread(function: str) -> None:
        thread = threading.Thread(target=interrupt.look)
        getattr(strategy, function)(lambda: (thread.start(), thread.join()))

    return from_another_thread


def press() -> None:
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)


def test_ansible_ends_its_workers_while_none_of_them_sends(interrupt, manager):
    press()
    assert manager.locked == [True]
    assert manager._final_q._wlock.acquire(timeout=1)


def test_the_next_one_is_handled_as_well(interrupt, manager):
    press()
    press()
    assert manager.locked == [True, True]


def test_a_worker_that_was_just_closed_is_no_hindrance(interrupt, manager):
    ended = multiprocessing.get_context("fork").Process(target=int)
    ended.start()
    ended.join()
    ended.close()
    manager._workers[:] = [ended, None]
    press()
    assert (manager.locked, manager._workers) == ([True], [None, None])
    assert manager._final_q._wlock.acquire(timeout=1)
    press()


def test_one_that_is_pressed_while_the_workers_end_is_handled_as_well(
    interrupt, manager, monkeypatch
):
    again = iter([True])

    def press_again(workers: list[Any]) -> None:
        if next(again, False):
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(interrupting, "_wait_for_the_end", press_again)
    press()
    assert manager.locked == [True, True]
    assert manager._final_q._wlock.acquire(timeout=1)


def test_only_while_tasks_are_handed_out_a_sending_worker_is_waited_for(
    interrupt, manager, strategy
):
    patience = []
    held = SimpleNamespace(acquire=lambda block=False, timeout=None: patience.append(timeout))
    manager._final_q._wlock = held
    strategy.run(press)
    strategy.cleanup(press)
    assert [each for each in patience if each is not None] == [PATIENCE_SECONDS, 0]


def test_a_worker_that_has_only_been_forked_ends(interrupt, manager):
    forking = multiprocessing.get_context("fork")
    begun = forking.Event()
    worker = forking.Process(target=lambda: (begun.set(), time.sleep(60)))
    worker.start()
    assert begun.wait(10)
    os.kill(worker.pid, signal.SIGINT)
    worker.join(10)
    assert (worker.exitcode, manager.locked) == (1, [])


def test_one_that_did_not_end_the_run_is_said_again(look, now, said):
    press()
    now[0] = 1.5
    look("run")
    look("run")
    assert said == ["again"]


def test_it_has_its_time_to_be_heard(look, now, said):
    press()
    now[0] = 0.5
    look("run")
    assert said == []


@pytest.mark.parametrize("where", ["cleanup", None])
def test_one_that_was_heard_is_not_said_again(look, interrupt, now, said, where):
    press()
    now[0] = 1.5
    if where:
        look(where)
    else:
        interrupt.look()
    assert said == []


def test_without_one_nothing_is_said(look, now, said):
    now[0] = 100.0
    look("run")
    assert said == []


def test_somebody_elses_handler_stays():
    def theirs(number: int, frame: FrameType | None) -> None:
        """Not Ansible's."""

    before = signal.signal(signal.SIGINT, theirs)
    Interrupt().listen()
    assert signal.getsignal(signal.SIGINT) is theirs
    signal.signal(signal.SIGINT, before)
