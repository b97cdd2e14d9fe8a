"""Wakes those that wait for an instance when it ends, so that they need not look all the time.

A bell is a named pipe beside the journal. Opening and closing it for writing wakes every process
that listens; the journal alone says what happened.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOOK_EVERY_SECONDS = 0.1  # where the file system has no named pipes


def ring(journal: Path, instance: str) -> None:
    """Wake all that listen for `instance`; to be called after its end is in the journal."""
    with contextlib.suppress(OSError):  # nobody has ever listened, or nobody does now
        os.close(os.open(_path(journal, instance), os.O_WRONLY | os.O_NONBLOCK))


@contextmanager
def listening(journal: Path, instance: str) -> Iterator[Bell]:
    """Hear the bell of `instance` from now on, also if it rings before the first `wait`."""
    path = _path(journal, instance)
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            os.mkfifo(path, 0o600)
        descriptor: int | None = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        descriptor = None
    try:
        yield Bell(descriptor)
    finally:
        if descriptor is not None:
            os.close(descriptor)


def remove_all(journals: Path) -> None:
    """Take away the bells of all runs in a folder of journals; none of them may be at work."""
    for folder in journals.glob("*.bells"):
        shutil.rmtree(folder, ignore_errors=True)


class Bell:
    """One listener's end of a bell."""

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor

    def wait(self, seconds: float) -> bool:
        """Until it rings, or for that long at most; whether it rang."""
        if self._descriptor is None:
            time.sleep(min(seconds, LOOK_EVERY_SECONDS))
            return False
        poll = select.poll()
        poll.register(self._descriptor, select.POLLIN)  # a hang-up is told in any case
        return bool(poll.poll(seconds * 1000))


def _path(journal: Path, instance: str) -> Path:
    return journal.with_suffix(".bells") / instance
