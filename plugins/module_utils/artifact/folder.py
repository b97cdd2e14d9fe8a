"""The folder that artifacts of an instance are made in: one process at a time works in it."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..run.state import private_folder


@contextmanager
def locked(folder: Path) -> Iterator[Path]:
    """The folder, made if it is not there, for this process alone."""
    with (private_folder(folder) / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield folder
