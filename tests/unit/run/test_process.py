"""Processes: alive, ended but not asked for, gone, and another one with the same id."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.run.process import (
    children_of,
    is_alive,
    started_at,
    tree_of,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(["sleep", "60"])
    yield process
    process.kill()
    process.wait()


def ended_but_not_asked_for(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)


def test_a_process_that_sleeps_is_alive(sleeper: subprocess.Popen[bytes]) -> None:
    assert is_alive(sleeper.pid, started_at(sleeper.pid))


def test_another_process_with_the_same_id_is_not_the_one_that_was(
    sleeper: subprocess.Popen[bytes],
) -> None:
    assert not is_alive(sleeper.pid, str(int(started_at(sleeper.pid)) - 1))


def test_an_ended_process_is_dead_before_its_parent_asks(sleeper: subprocess.Popen[bytes]) -> None:
    start = started_at(sleeper.pid)
    ended_but_not_asked_for(sleeper)
    assert not is_alive(sleeper.pid, start)
    assert sleeper.pid not in children_of(os.getpid())


def test_a_process_that_is_gone_is_dead(sleeper: subprocess.Popen[bytes]) -> None:
    start = started_at(sleeper.pid)
    sleeper.kill()
    sleeper.wait()
    assert not is_alive(sleeper.pid, start)


def test_the_tree_holds_children_of_children() -> None:
    script = "sleep 60 & echo $!; wait"
    with subprocess.Popen(["sh", "-c", script], stdout=subprocess.PIPE, text=True) as shell:
        assert shell.stdout
        child = int(shell.stdout.readline())
        try:
            assert tree_of(shell.pid) == {shell.pid, child}
            assert shell.pid in children_of(os.getpid())
        finally:
            os.kill(child, 15)
