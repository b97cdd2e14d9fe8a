"""The few file operations the write-ahead log is built of, as an interface and on a real disk.

A test puts a layer in their place that loses everything not yet synchronised.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol


class Handle(Protocol):
    """A file open for appending."""

    def write(self, data: bytes) -> None: ...

    def sync(self) -> None:
        """Returns when everything written is on stable storage; an error here is final."""

    def close(self) -> None: ...


class Files(Protocol):
    def make_folder(self, folder: Path) -> None: ...

    def names(self, folder: Path) -> list[str]: ...

    def size(self, path: Path) -> int: ...

    def read(self, path: Path) -> bytes: ...

    def append(self, path: Path) -> Handle: ...

    def truncate(self, path: Path, size: int) -> None: ...

    def rename(self, old: Path, new: Path) -> None: ...

    def remove(self, path: Path) -> None: ...

    def sync_folder(self, folder: Path) -> None:
        """Makes the creations, renames and removals in this folder durable."""

    def free_bytes(self, folder: Path) -> int: ...


class DiskHandle:
    def __init__(self, path: Path) -> None:
        self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)

    def write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._fd, rest) :]

    def sync(self) -> None:
        os.fdatasync(self._fd)

    def close(self) -> None:
        os.close(self._fd)


class DiskFiles:
    def make_folder(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def names(self, folder: Path) -> list[str]:
        return sorted(path.name for path in folder.iterdir())

    def size(self, path: Path) -> int:
        return path.stat().st_size

    def read(self, path: Path) -> bytes:
        return path.read_bytes()

    def append(self, path: Path) -> DiskHandle:
        return DiskHandle(path)

    def truncate(self, path: Path, size: int) -> None:
        os.truncate(path, size)

    def rename(self, old: Path, new: Path) -> None:
        old.replace(new)

    def remove(self, path: Path) -> None:
        path.unlink()

    def sync_folder(self, folder: Path) -> None:
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)

    def free_bytes(self, folder: Path) -> int:
        status = os.statvfs(folder)
        return status.f_bavail * status.f_frsize
