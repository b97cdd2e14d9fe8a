"""Opening and closing a run: one at a time in an environment, one journal each."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from . import bell
from .journal import Journal
from .process import is_alive, started_at
from .state import StateDirectory, read_json, write_whole


class RunError(Exception):
    """A run cannot be opened; the message says why and what to do."""


def open_run(
    state: StateDirectory,
    pid: int,
    describe: Callable[[], dict[str, Any]],
    product: Callable[[], dict[str, Any]],
    instance: str | None = None,
) -> Journal:
    """The journal of the run of main process `pid`; the first caller opens the run.

    Args:
        pid: process id of ansible-playbook, the same for its workers.
        describe: the fields of `run_started`; called by the first caller only.
        product: the resolved product, written beside the journal for the console.
        instance: who asks; an instance that has ended in the open run asks for the next one.

    Raises:
        RunError: another process is at work in this environment.
    """
    with locked(state):
        journal = _open_of(state, pid)
        if journal and not (instance and _has_ended(journal, instance)):
            return journal
        if journal:
            close_run(journal, state)
        return _start(state, pid, describe(), product())


def current_run(state: StateDirectory, pid: int) -> Journal | None:
    """The open run of main process `pid`, if there is one."""
    with locked(state):
        return _open_of(state, pid)


def run_at_work(state: StateDirectory) -> str | None:
    """The id of the run whose main process is alive now, whoever that is."""
    current = read_json(state.current)
    if current is None or not is_alive(current["pid"], current["process"]):
        return None
    return str(current["run"])


def close_run(journal: Journal, state: StateDirectory) -> None:
    """Write `run_ended` with the number of instances in each state, and free the environment."""
    states: dict[str, int] = {}
    for event in journal.read(["ended"]):
        states[event["state"]] = states.get(event["state"], 0) + 1
    journal.append("run_ended", states=states)
    bell.remove_all(journal.path.parent)
    state.current.unlink(missing_ok=True)


@contextmanager
def locked(state: StateDirectory) -> Iterator[None]:
    """Hold the environment's lock; for short steps only."""
    descriptor = os.open(state.lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _open_of(state: StateDirectory, pid: int) -> Journal | None:
    current = read_json(state.current)
    if current is None or not is_alive(current["pid"], current["process"]):
        return None
    if current["pid"] != pid:
        raise RunError(
            f"another run is at work in this environment (process {current['pid']}, "
            f"run {current['run']}): wait until it ends, or end that process"
        )
    return Journal(state.journal(current["run"]))


def _start(
    state: StateDirectory, pid: int, described: dict[str, Any], product: dict[str, Any]
) -> Journal:
    run = _next_id(state.runs())
    write_whole(state.product, json.dumps(product, indent=1, ensure_ascii=False) + "\n")
    journal = Journal(state.journal(run))
    journal.append("run_started", run=run, pid=pid, **described)
    # Last, so that whoever finds the run as current finds its first line too.
    current = {"run": run, "pid": pid, "process": started_at(pid)}
    write_whole(state.current, json.dumps(current) + "\n")
    return journal


def _next_id(runs: Sequence[str]) -> str:
    """An id that sorts after those of all earlier runs, also of one in the same second."""
    now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    drawn = f"{now}-{secrets.randbelow(0x8000):04x}"
    newest = runs[-1] if runs else ""
    if drawn > newest:
        return drawn
    stamp, _dash, number = newest.rpartition("-")
    return f"{stamp}-{int(number, 16) + 1:04x}"


def _has_ended(journal: Journal, instance: str) -> bool:
    return any(event["instance"] == instance for event in journal.read(["ended"]))
