"""The binary form of one record in a segment: length, CRC-32, payload; and reading it back.

Knows bytes only. A scan finds the good records on both sides of a damaged stretch.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

# Never part of UTF-8 text, so a search for the next record seldom stops inside one.
MAGIC = b"\xf5\xc1"
MAX_PAYLOAD = 128 * 1024 * 1024

_FRAME = struct.Struct(">II")
_HEAD = struct.Struct(">2sBQIQH")


class Kind(IntEnum):
    """What a record's lines are; each kind is shipped to a prefix of its own."""

    EVENTS = 1
    POINTS = 2
    DEAD_LETTER = 3


@dataclass(frozen=True, slots=True)
class Record:
    """`count` JSON lines that were accepted together, numbered from `first` on.

    `key` is the delivery they came with, empty if none; `received_us` is in microseconds.
    """

    kind: Kind
    first: int
    count: int
    received_us: int
    key: str
    lines: bytes

    @property
    def last(self) -> int:
        return self.first + self.count - 1


@dataclass(frozen=True, slots=True)
class Scan:
    """`torn_at`: the tail from there on holds no record. `damaged`: a good record follows."""

    records: list[Record]
    torn_at: int | None
    damaged: bool

    @property
    def clean(self) -> bool:
        return self.torn_at is None and not self.damaged


def encode(record: Record) -> bytes:
    key = record.key.encode()
    head = _HEAD.pack(MAGIC, record.kind, record.first, record.count, record.received_us, len(key))
    payload = b"".join((head, key, record.lines))
    return _FRAME.pack(len(payload), zlib.crc32(payload)) + payload


def scan(data: bytes) -> Scan:
    records: list[Record] = []
    bad_from: int | None = None
    damaged = False
    offset = 0
    while offset < len(data):
        found = _read(data, offset)
        if found is None:
            bad_from = offset if bad_from is None else bad_from
            offset = _next_candidate(data, offset)
            continue
        damaged = damaged or bad_from is not None
        bad_from = None
        record, offset = found
        records.append(record)
    return Scan(records, bad_from, damaged)


def spans(records: Sequence[Record], first: int, last: int) -> bool:
    """Whether the records begin and end with these numbers; gaps are what a repair left out."""
    return bool(records) and records[0].first == first and records[-1].last == last


def _read(data: bytes, offset: int) -> tuple[Record, int] | None:
    start = offset + _FRAME.size
    if start > len(data):
        return None
    length, crc = _FRAME.unpack_from(data, offset)
    end = start + length
    if not _HEAD.size <= length <= MAX_PAYLOAD or end > len(data):
        return None
    payload = memoryview(data)[start:end]
    if payload[:2] != MAGIC or zlib.crc32(payload) != crc:
        return None
    return _decode(payload.tobytes()), end


def _decode(payload: bytes) -> Record:
    _, kind, first, count, received_us, key_size = _HEAD.unpack_from(payload)
    body = _HEAD.size + key_size
    key = payload[_HEAD.size : body].decode()
    return Record(Kind(kind), first, count, received_us, key, payload[body:])


def _next_candidate(data: bytes, offset: int) -> int:
    """Where a record could begin: a frame stands just before each magic mark."""
    mark = data.find(MAGIC, offset + _FRAME.size + 1)
    return len(data) if mark < 0 else mark - _FRAME.size
