"""The names of segment files, which alone say what a segment is.

`<first>.open` is written to; `<first>-<last>-<hour>.sealed` never changes again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

DIGITS = 16
HOUR_US = 3_600_000_000

_OPEN = re.compile(r"(\d{16})\.open")
_SEALED = re.compile(r"(\d{16})-(\d{16})-(\d{10})\.sealed")


@dataclass(frozen=True, slots=True, order=True)
class Segment:
    """A sealed segment: all its records were received in one UTC hour (`2026112112`)."""

    first: int
    last: int
    hour: str

    @property
    def name(self) -> str:
        return f"{number(self.first)}-{number(self.last)}-{self.hour}.sealed"

    @property
    def folder(self) -> str:
        hour = self.hour
        return f"dt={hour[:4]}-{hour[4:6]}-{hour[6:8]}/hr={hour[8:]}"


def number(sequence: int) -> str:
    return f"{sequence:0{DIGITS}d}"


def open_name(first: int) -> str:
    return f"{number(first)}.open"


def read_open_name(name: str) -> int | None:
    match = _OPEN.fullmatch(name)
    return int(match[1]) if match else None


def read_sealed_name(name: str) -> Segment | None:
    match = _SEALED.fullmatch(name)
    return Segment(int(match[1]), int(match[2]), match[3]) if match else None


def hour_of(received_us: int) -> str:
    return datetime.fromtimestamp(received_us // 1_000_000, UTC).strftime("%Y%m%d%H")
