"""Whether the collector can take more now; if not, a sender is told to come back later."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic

from stratum.collector.commit import GroupCommit
from stratum.collector.files import Files
from stratum.collector.wal import Wal

MOST_WAITING = 64 * 1024 * 1024
DISK_CHECK_SECONDS = 1.0


class Admission:
    def __init__(
        self,
        wal: Wal,
        commit: GroupCommit,
        *,
        files: Files,
        data_dir: Path,
        max_bytes: int,
        min_free_bytes: int,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._wal = wal
        self._commit = commit
        self._files = files
        self._data_dir = data_dir
        self._max_bytes = max_bytes
        self._min_free_bytes = min_free_bytes
        self._clock = clock
        self._checked_at = float("-inf")
        self._disk_is_full = False
        self.stopping = False

    def refusal(self) -> str | None:
        """The reason, or None if a request may be taken."""
        if self.stopping:
            return "the collector is stopping"
        if self._wal.size + self._commit.waiting_bytes >= self._max_bytes:
            return f"{self._max_bytes} bytes wait to be shipped, which is the limit (max_bytes)"
        if self._commit.waiting_bytes >= MOST_WAITING:
            return "the disk is slower than what arrives"
        if self._disk_full():
            return f"the disk has less than {self._min_free_bytes} bytes free (min_free_bytes)"
        return None

    def _disk_full(self) -> bool:
        now = self._clock()
        if now - self._checked_at >= DISK_CHECK_SECONDS:
            self._checked_at = now
            self._disk_is_full = self._files.free_bytes(self._data_dir) < self._min_free_bytes
        return self._disk_is_full
