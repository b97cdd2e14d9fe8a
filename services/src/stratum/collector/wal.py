"""The write-ahead log: an open segment that is appended to, and sealed ones that wait for shipping.

`write` returns only when the records are on stable storage. One thread writes and seals, another
reads and deletes sealed segments.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from stratum.collector.errors import WalError
from stratum.collector.files import Files, Handle
from stratum.collector.record import Record, encode
from stratum.collector.recovery import QUARANTINE, WAL, Held, Recovery
from stratum.collector.segment import HOUR_US, Segment, hour_of, open_name


@dataclass(frozen=True, slots=True)
class SealRules:
    size: int
    after_us: int


class Wal:
    def __init__(
        self,
        data_dir: Path,
        files: Files,
        rules: SealRules,
        found: Recovery,
    ) -> None:
        self._folder = data_dir / WAL
        self._quarantine = data_dir / QUARANTINE
        self._files = files
        self._rules = rules
        self.on_sealed: Callable[[], None] = lambda: None
        self._lock = threading.Lock()
        self._sealed = dict(sorted(found.sealed.items()))
        self._failed = False
        self._start_segment(found.next_sequence)

    def _start_segment(self, first: int) -> None:
        self._path = self._folder / open_name(first)
        self._handle: Handle = self._files.append(self._path)
        self._next = first
        self._first = first
        self._size = 0
        self._born_us: int | None = None

    @property
    def size(self) -> int:
        with self._lock:
            return self._size + sum(held.size for held in self._sealed.values())

    @property
    def oldest_us(self) -> int | None:
        """When the oldest record was received that is not yet shipped."""
        with self._lock:
            return next((held.born_us for held in self._sealed.values()), self._born_us)

    @property
    def sealed(self) -> list[Segment]:
        """Oldest first."""
        with self._lock:
            return list(self._sealed)

    def write(self, records: Sequence[Record]) -> None:
        """Durable when it returns; records must come in the order of their numbers."""
        if self._failed:
            raise WalError("an earlier write failed", where=str(self._path))
        try:
            self._write(records)
        except OSError as error:
            # After a failed synchronisation the kernel may have dropped the pages: trying again
            # on the same file could succeed without the data being there.
            self._failed = True
            raise WalError(
                f"a record could not be made durable: {error}",
                where=str(self._path),
                hint="check the disk; the collector stops and repairs its log at the next start",
            ) from error

    def _write(self, records: Sequence[Record]) -> None:
        frames: list[bytes] = []
        pending = 0
        for record in records:
            frame = encode(record)
            if self._needs_new_segment(record, pending + len(frame)):
                self._append(b"".join(frames))
                self._seal()
                frames, pending = [], 0
            if self._born_us is None:
                self._born_us = record.received_us
            frames.append(frame)
            pending += len(frame)
            self._next = record.last + 1
        self._append(b"".join(frames))

    def _needs_new_segment(self, record: Record, extra: int) -> bool:
        if self._born_us is None:
            return False
        other_hour = record.received_us // HOUR_US != self._born_us // HOUR_US
        return other_hour or self._size + extra > self._rules.size

    def _append(self, data: bytes) -> None:
        if not data:
            return
        self._handle.write(data)
        self._handle.sync()
        with self._lock:
            self._size += len(data)

    def seal_if_due(self, now_us: int) -> None:
        born = self._born_us
        if born is None or self._failed:
            return
        too_old = now_us - born >= self._rules.after_us
        if too_old or now_us // HOUR_US != born // HOUR_US:
            self.seal()

    def seal(self) -> None:
        """Close the open segment, if it holds anything, and begin the next."""
        if self._born_us is None or self._failed:
            return
        try:
            self._seal()
        except OSError as error:
            self._failed = True
            message = f"a segment could not be sealed: {error}"
            raise WalError(message, where=str(self._path)) from error

    def _seal(self) -> None:
        born = self._born_us or 0
        segment = Segment(self._first, self._next - 1, hour_of(born))
        old, held = self._path, Held(self._size, born)
        self._handle.close()
        # The next segment exists before this one can be shipped and deleted: its name is what
        # keeps the sequence numbers from being used again.
        self._files.append(self._folder / open_name(self._next)).close()
        self._files.rename(old, self._folder / segment.name)
        self._files.sync_folder(self._folder)
        with self._lock:
            self._sealed[segment] = held
            self._start_segment(self._next)
        self.on_sealed()

    def read(self, segment: Segment) -> bytes:
        return self._files.read(self._folder / segment.name)

    def delete(self, segment: Segment) -> None:
        """Only for a segment whose content is safe elsewhere."""
        self._files.remove(self._folder / segment.name)
        self._files.sync_folder(self._folder)
        with self._lock:
            del self._sealed[segment]

    def set_aside(self, segment: Segment, why: str) -> Path:
        """Keep a segment for a person to look at, and ship it no more."""
        kept = self._quarantine / f"{segment.name}.{why}"
        self._files.rename(self._folder / segment.name, kept)
        self._files.sync_folder(self._quarantine)
        self._files.sync_folder(self._folder)
        with self._lock:
            del self._sealed[segment]
        return kept

    def close(self) -> None:
        self._handle.close()
