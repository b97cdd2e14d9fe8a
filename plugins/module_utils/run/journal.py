"""The journal of a run: events appended by the workers and the main process, one JSON line each.

It knows the file, not what the events mean, but that those who wait for an instance are woken
when it ends. The order of lines is the order of events.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from . import bell

Event = dict[str, Any]
BLOCK = 65_536  # bytes read at once in search of a line's end


class Journal:
    """One run's journal file; safe for many processes at once.

    Args:
        path: the file; it is created on the first event.
        clock: seconds since the epoch, for the events' `time`.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self.path = path
        self._clock = clock

    def append(self, event: str, **fields: object) -> Event:
        """Write one event and return it as written.

        The lock makes the clock readings as ordered as the lines are.
        """
        descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            entry: Event = {"event": event, "time": round(self._clock(), 6), **fields}
            _write_line(descriptor, _line(entry))
        finally:
            os.close(descriptor)
        if event == "ended" and "instance" in fields:
            bell.ring(self.path, str(fields["instance"]))
        return entry

    def read(self, kinds: Iterable[str] = ()) -> list[Event]:
        """All whole events; a torn last line (a writer was killed) is left out."""
        return Reader(self.path, kinds).new()


class Reader:
    """Reads a journal as it grows: each call of `new` gives the events since the last call.

    Args:
        path: the journal's file.
        kinds: the events that are wanted, by default all. To parse the others would be most of
            the work of a large product's instances.
    """

    def __init__(self, path: Path, kinds: Iterable[str] = ()) -> None:
        self._path = path
        self._offset = 0
        self._wanted = tuple(_beginning(kind) for kind in kinds) or (b"",)

    def new(self) -> list[Event]:
        """The whole events appended since the last call, oldest first."""
        try:
            if self._path.stat().st_size == self._offset:
                return []
            with self._path.open("rb") as file:
                file.seek(self._offset)
                data = file.read()
        except FileNotFoundError:
            return []
        whole, newline, _torn = data.rpartition(b"\n")
        self._offset += len(whole) + len(newline)
        lines = whole.split(b"\n")
        return [json.loads(line) for line in lines if line and line.startswith(self._wanted)]


def _beginning(kind: str) -> bytes:
    """What every line of this kind begins with, as `_line` writes it."""
    return _line({"event": kind})[: -len(b"}\n")]


def _line(entry: Event) -> bytes:
    # A program's output may hold bytes that are no text; Python has surrogates for them.
    return json.dumps(entry, ensure_ascii=False).encode(errors="replace") + b"\n"


def _write_line(descriptor: int, line: bytes) -> None:
    """Append a line after the last whole one, or nothing at all (the disk may be full)."""
    end = _end_of_last_line(descriptor)
    os.ftruncate(descriptor, end)
    try:
        rest = line
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    except OSError:
        os.ftruncate(descriptor, end)
        raise


def _end_of_last_line(descriptor: int) -> int:
    """Where the next line goes: a writer that was killed may have left half a line."""
    end = os.fstat(descriptor).st_size
    while end:
        begin = max(0, end - BLOCK)
        whole, newline, _torn = os.pread(descriptor, end - begin, begin).rpartition(b"\n")
        if newline:
            return begin + len(whole) + 1
        end = begin
    return 0
