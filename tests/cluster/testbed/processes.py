"""Processes that outlive the command which started them, each known by its id and start time."""

from __future__ import annotations

import json
import os
import signal
import time
from dataclasses import asdict, dataclass
from pathlib import Path

POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Process:
    """The start time tells a process from a later one that got the same id."""

    pid: int
    started: int

    @classmethod
    def of(cls, pid: int) -> Process:
        return cls(pid, _start_time(pid) or 0)

    @property
    def alive(self) -> bool:
        return self.started != 0 and _start_time(self.pid) == self.started

    def send(self, number: signal.Signals) -> None:
        if self.alive:
            try:
                os.kill(self.pid, number)
            except ProcessLookupError:
                return

    def ended_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self.alive:
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_SECONDS)
        return True

    def stop(self, patience: float) -> None:
        self.send(signal.SIGTERM)
        if not self.ended_within(patience):
            self.kill()

    def kill(self) -> None:
        self.send(signal.SIGKILL)
        self.ended_within(30)


def save(folder: Path, name: str, process: Process) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f"{name}.unfinished"
    unfinished.write_text(json.dumps(asdict(process)))
    unfinished.rename(folder / f"{name}.json")


def load(folder: Path, name: str) -> Process | None:
    try:
        return Process(**json.loads((folder / f"{name}.json").read_text()))
    except FileNotFoundError:
        return None


def _start_time(pid: int) -> int | None:
    """The start in clock ticks since boot; none for a process that has ended, reaped or not."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, started = fields[0], int(fields[19])
    return None if state in "ZX" else started
