"""An interrupt that Python dropped is said again; one that was heard, or nobody's, is not."""

from __future__ import annotations

import importlib.util
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.stratum.platform.plugins.plugin_utils.interrupt import Interrupt

# What stands for Ansible's strategies: a file in a folder of that name.
STRATEGY = "def run(act):\n    return act()\n"


@pytest.fixture(autouse=True)
def default_handler() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def now() -> list[float]:
    return [0.0]


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def interrupt(now: list[float], said: list[str]) -> Interrupt:
    made = Interrupt(clock=lambda: now[0], again=lambda: said.append("again"))
    made.listen()
    return made


@pytest.fixture
def looks_while_the_strategy_runs(tmp_path: Path, interrupt: Interrupt):
    path = tmp_path / "strategy" / "free.py"
    path.parent.mkdir()
    path.write_text(STRATEGY)
    spec = importlib.util.spec_from_file_location("free", path)
    assert spec and spec.loader
    strategy = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(strategy)

    def look() -> None:
        thread = threading.Thread(target=interrupt.look)
        strategy.run(lambda: (thread.start(), thread.join()))

    return look


def press() -> None:
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)


def test_one_that_did_not_end_the_run_is_said_again(looks_while_the_strategy_runs, now, said):
    press()
    now[0] = 1.5
    looks_while_the_strategy_runs()
    looks_while_the_strategy_runs()
    assert said == ["again"]


def test_it_has_its_time_to_be_heard(looks_while_the_strategy_runs, now, said):
    press()
    now[0] = 0.5
    looks_while_the_strategy_runs()
    assert said == []


def test_one_that_was_heard_is_not_said_again(interrupt: Interrupt, now, said):
    press()
    now[0] = 1.5
    interrupt.look()
    assert said == []


def test_without_one_nothing_is_said(looks_while_the_strategy_runs, now, said):
    now[0] = 100.0
    looks_while_the_strategy_runs()
    assert said == []


def test_somebody_elses_handler_stays(said):
    def theirs(number, frame):
        said.append("theirs")

    signal.signal(signal.SIGINT, theirs)
    Interrupt().listen()
    assert signal.getsignal(signal.SIGINT) is theirs
