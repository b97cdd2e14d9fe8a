"""Instances that died without a word: found by their workers' absence, never by mistake."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.run.journal import Journal
from ansible_collections.stratum.platform.plugins.module_utils.run.stall import (
    DEAD_AFTER_SECONDS,
    LOOK_EVERY_SECONDS,
    Stall,
)

MAIN_PROCESS = """
import subprocess, sys
workers = [subprocess.Popen(["sleep", "60"]) for _ in range(2)]
print(*[worker.pid for worker in workers], flush=True)
for line in sys.stdin:
    worker = workers.pop()
    worker.kill()
    if line == "reap\\n":
        worker.wait()
    print("killed", flush=True)
for worker in workers:
    worker.kill()
"""


@dataclass
class World:
    """A journal, a clock, and the main process's workers as they are told."""

    journal: Journal
    now: float = 0.0
    workers: set[int] = field(default_factory=set)

    def stall(self) -> Stall:
        return Stall(self.journal.path, 1, lambda: self.now, lambda _pid: self.workers)

    def dead_after(
        self, stall: Stall, seconds: float, step: float = LOOK_EVERY_SECONDS
    ) -> list[str]:
        end, found = self.now + seconds, stall.dead()
        while self.now < end:
            self.now += step
            found = stall.dead()
        return found


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(Journal(tmp_path / "run.jsonl"))
    world.journal.append("run_started", opened_by="worker")
    return world


def test_an_instance_whose_worker_is_gone_while_others_only_wait_is_dead(world: World) -> None:
    world.journal.append("started", instance="a")
    world.journal.append("waiting", instance="b", pid=11)
    world.workers = {11}
    assert world.dead_after(stall := world.stall(), DEAD_AFTER_SECONDS / 2) == []
    assert world.dead_after(stall, DEAD_AFTER_SECONDS) == ["a"]


def test_a_worker_that_does_not_wait_may_be_at_work(world: World) -> None:
    world.journal.append("started", instance="a")
    world.journal.append("waiting", instance="b", pid=11)
    world.workers = {11, 12}
    assert world.dead_after(world.stall(), 60) == []


def test_a_waiting_instance_is_dead_without_its_own_worker(world: World) -> None:
    world.journal.append("started", instance="a")
    world.journal.append("waiting", instance="b", pid=11)
    world.journal.append("waiting", instance="c", pid=13)
    world.workers = {12, 13}
    assert world.dead_after(world.stall(), 60) == ["b"]


def test_the_moments_between_two_tasks_are_no_death(world: World) -> None:
    world.journal.append("started", instance="a")
    world.journal.append("waiting", instance="b", pid=11)
    stall, found = world.stall(), []
    for look in range(100):
        world.workers = {11} if look % 10 else {11, 12}
        found += world.dead_after(stall, LOOK_EVERY_SECONDS)
    assert found == []


def test_an_instance_that_has_ended_is_not_missed(world: World) -> None:
    world.journal.append("started", instance="a")
    world.journal.append("waiting", instance="b", pid=11)
    world.workers = {11}
    stall = world.stall()
    world.dead_after(stall, 1)
    world.journal.append("ended", instance="a", state="changed")
    assert world.dead_after(stall, 60) == []


def test_where_the_callback_watches_nobody_else_judges(tmp_path: Path) -> None:
    world = World(Journal(tmp_path / "run.jsonl"), workers={11})
    world.journal.append("run_started", opened_by="callback")
    world.journal.append("started", instance="a")
    world.journal.append("waiting", instance="b", pid=11)
    assert world.dead_after(world.stall(), 60) == []


def test_where_the_kernel_does_not_tell_nobody_is_dead(world: World) -> None:
    world.journal.append("started", instance="a")
    world.journal.append("waiting", instance="b", pid=11)
    assert world.dead_after(world.stall(), 60) == []


@pytest.fixture
def main_process() -> Iterator[tuple[subprocess.Popen[str], list[int], Callable[[str], None]]]:
    with subprocess.Popen(
        [sys.executable, "-c", MAIN_PROCESS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin and process.stdout
        workers = [int(pid) for pid in process.stdout.readline().split()]

        def kill_one(how: str) -> None:
            assert process.stdin and process.stdout
            print(how, file=process.stdin, flush=True)
            assert process.stdout.readline() == "killed\n"

        yield process, workers, kill_one
        process.stdin.close()


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
@pytest.mark.parametrize("how", ["reap", "leave"])
def test_a_killed_child_is_found_whether_or_not_the_main_process_has_asked_for_it(
    world: World,
    main_process: tuple[subprocess.Popen[str], list[int], Callable[[str], None]],
    how: str,
) -> None:
    process, (waiter, _worker), kill_one = main_process
    world.journal.append("waiting", instance="b", pid=waiter)
    world.journal.append("started", instance="a")
    stall = Stall(world.journal.path, process.pid, lambda: world.now)
    assert world.dead_after(stall, 60) == []
    kill_one(how)
    assert world.dead_after(stall, 60) == ["a"]
