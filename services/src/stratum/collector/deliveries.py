"""Which deliveries were accepted before: a bounded set in memory, and its log on disk.

The set is rebuilt from the log and from the segments not yet shipped. The log is written before a
segment is deleted, so that a delivery is always in one of the two.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from stratum.collector.files import Files

LOG = "deliveries.log"


class Deliveries:
    """Owned by the event loop. Forgets the oldest when there are more than `capacity`."""

    def __init__(self, capacity: int, keys: Iterable[str] = ()) -> None:
        self._capacity = capacity
        self._known: dict[str, None] = {}
        self._pending: dict[str, asyncio.Future[None]] = {}
        for key in keys:
            self._remember(key)

    def __contains__(self, key: str) -> bool:
        return key in self._known

    def __len__(self) -> int:
        return len(self._known)

    def pending(self, key: str) -> asyncio.Future[None] | None:
        """The commit of the same delivery that is under way."""
        return self._pending.get(key)

    def begin(self, key: str, commit: asyncio.Future[None]) -> None:
        """The key becomes known when the commit succeeds, and free again when it fails."""
        self._pending[key] = commit
        commit.add_done_callback(lambda done: self._settle(key, done))

    def _settle(self, key: str, commit: asyncio.Future[None]) -> None:
        del self._pending[key]
        if not commit.cancelled() and commit.exception() is None:
            self._remember(key)

    def _remember(self, key: str) -> None:
        self._known.pop(key, None)
        self._known[key] = None
        if len(self._known) > self._capacity:
            del self._known[next(iter(self._known))]


class DeliveryLog:
    """One line a shipped segment: a checksum and its keys. Owned by the shipping thread."""

    def __init__(self, data_dir: Path, files: Files, capacity: int) -> None:
        self._folder = data_dir
        self._path = data_dir / LOG
        self._files = files
        self._capacity = capacity
        self._keys: list[str] = []

    def load(self) -> list[str]:
        """Oldest first. A line that cannot be read is left out: at worst a replay is stored."""
        if LOG in self._files.names(self._folder):
            for line in self._files.read(self._path).split(b"\n"):
                self._keys.extend(_read_line(line))
        self._rewrite()
        return list(self._keys)

    def append(self, keys: Sequence[str]) -> None:
        if not keys:
            return
        self._keys.extend(keys)
        if len(self._keys) > 2 * self._capacity:
            self._rewrite()
        else:
            self._write(self._path, keys)

    def _rewrite(self) -> None:
        """Leave only what the set can hold."""
        self._keys = list(dict.fromkeys(reversed(self._keys)))[: self._capacity][::-1]
        temporary = self._path.with_suffix(".tmp")
        if temporary.name in self._files.names(self._folder):
            self._files.remove(temporary)
        self._write(temporary, self._keys)
        self._files.rename(temporary, self._path)
        self._files.sync_folder(self._folder)

    def _write(self, path: Path, keys: Sequence[str]) -> None:
        handle = self._files.append(path)
        try:
            handle.write(_line(keys))
            handle.sync()
        finally:
            handle.close()


def _line(keys: Sequence[str]) -> bytes:
    text = msgspec.json.encode(list(keys))
    # The newline before it keeps the line apart from one that an earlier failure left torn.
    return b"\n%08x %s\n" % (zlib.crc32(text), text)


def _read_line(line: bytes) -> list[str]:
    checksum, _, text = line.partition(b" ")
    if checksum != b"%08x" % zlib.crc32(text) or not text:
        return []
    return msgspec.json.decode(text, type=list[str])
