"""One loader at a time: a lock file that the kernel frees when its holder dies, however it dies.

It guards one machine. On a cluster the ETL has one replica and is replaced, never rolled; should
two overlap even so, both use the same tokens, so that the second insert of an object is nothing.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stratum.etl.errors import EtlError


@contextmanager
def only_loader(folder: Path) -> Iterator[None]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "etl.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise EtlError(
                "another loader is at work",
                where=str(path),
                hint="end it first, or let it do the work",
            ) from error
        yield
    finally:
        os.close(descriptor)
