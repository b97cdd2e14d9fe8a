"""From the bytes of a raw object (contracts §7) to the rows of its tables; pure.

A line that cannot be read becomes a row of `rejected`; it never stops the others.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from stratum.etl.blocks import Blocks
from stratum.etl.errors import UnreadableObjectError
from stratum.etl.targets import KEPT_DAYS, LARGEST_POSITION, TARGETS
from stratum.events import Envelope, EventError, Parsed, parse

LARGEST_BYTES = 512 * 1024 * 1024
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
LATEST_NS = int(LATEST.timestamp()) * 1_000_000_000


class LineError(ValueError):
    """Why a line is rejected, in a sentence."""


class PointLine(msgspec.Struct, frozen=True):
    """A line of a `points` object."""

    id: str
    received_at: datetime
    measurement: str
    fields: dict[str, bool | int | float | str]
    timestamp_ns: int
    tags: dict[str, str] = {}


class PointRow(msgspec.Struct, frozen=True):
    measurement: str
    tags: dict[str, str]
    fields: dict[str, float]
    text_fields: dict[str, str]
    time: str
    received_at: datetime


class RejectedRow(msgspec.Struct, frozen=True):
    reason: str
    body: str
    rejected_at: datetime


ENVELOPE = msgspec.json.Decoder(Envelope)
POINT = msgspec.json.Decoder(PointLine)


def read_object(key: str, content: bytes, now: datetime) -> Blocks:
    """All rows of one object; `now` decides what is too old for a table that forgets."""
    blocks = Blocks(key)
    add = _adder(key, blocks, now)
    for number, line in enumerate(_lines(key, content)):
        if not line.strip():
            continue
        try:
            add(number, line)
        except (LineError, EventError, msgspec.DecodeError) as error:
            row = RejectedRow(str(error), line.decode("utf-8", "replace"), now)
            blocks.add(TARGETS["rejected"], row, number)
    return blocks


def _adder(key: str, blocks: Blocks, now: datetime) -> Callable[[int, bytes], None]:
    kind = key.partition("/")[0]
    if kind == "points":
        return lambda number, line: _add_point(blocks, number, line)
    if kind == "events":
        return lambda number, line: _add_event(blocks, number, line, now)
    raise UnreadableObjectError("this is no folder of raw objects", where=key)


def _lines(key: str, content: bytes) -> Iterator[bytes]:
    decoder = zlib.decompressobj(wbits=31)
    try:
        text = decoder.decompress(content, LARGEST_BYTES)
    except zlib.error as error:
        raise UnreadableObjectError(f"this is not gzip: {error}", where=key) from error
    if not decoder.eof:
        cause = "larger than 512 MiB" if decoder.unconsumed_tail else "cut off"
        raise UnreadableObjectError(f"the object is {cause}", where=key)
    return iter(text.split(b"\n"))


def _add_event(blocks: Blocks, number: int, line: bytes, now: datetime) -> None:
    envelope = ENVELOPE.decode(line)
    _check_time("received_at", envelope.received_at)
    blocks.add(TARGETS["events_raw"], envelope, number)
    parsed = _parse(envelope)
    oldest = now - timedelta(days=KEPT_DAYS)
    for raw in parsed.deployments_raw:
        if raw.event_time >= oldest:
            blocks.add(TARGETS["deployments_raw"], raw, number)
    for table, rows in _states(parsed).items():
        for row, version in rows:
            blocks.add(TARGETS[table], row, number, version)


def _parse(envelope: Envelope) -> Parsed:
    try:
        return parse(envelope)
    except EventError:
        raise
    except Exception as error:  # the edge to the parsers: their mistake must not stop the others
        raise LineError(f"the parser of {envelope.source} failed: {error!r}") from error


def _states(parsed: Parsed) -> dict[str, list[tuple[Any, int]]]:
    return {
        "deployments": [(row, row.version) for row in parsed.deployments],
        # As in the table: of two places in a branch, the first counts.
        "commits": [(row, LARGEST_POSITION - row.position) for row in parsed.commits],
        "changes": [(row, row.version) for row in parsed.changes],
        "incidents": [(row, row.version) for row in parsed.incidents],
    }


def _add_point(blocks: Blocks, number: int, line: bytes) -> None:
    point = POINT.decode(line)
    _check_time("received_at", point.received_at)
    if not 0 <= point.timestamp_ns < LATEST_NS:
        raise LineError("timestamp_ns is outside of the years 1970 to 2199")
    row = PointRow(
        measurement=point.measurement,
        tags=point.tags,
        fields={
            name: _number(name, value)
            for name, value in point.fields.items()
            if not isinstance(value, str)
        },
        text_fields={name: value for name, value in point.fields.items() if isinstance(value, str)},
        time=_nanoseconds(point.timestamp_ns),
        received_at=point.received_at,
    )
    blocks.add(TARGETS["points"], row, number)


def _number(name: str, value: float) -> float:
    try:
        return float(value)
    except OverflowError as error:
        raise LineError(f"fields.{name} is too large for a number of 64 bits") from error


def _nanoseconds(timestamp_ns: int) -> str:
    seconds, rest = divmod(timestamp_ns, 1_000_000_000)
    moment = EARLIEST + timedelta(seconds=seconds)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"


def _check_time(name: str, moment: datetime) -> None:
    if moment.tzinfo is None or not EARLIEST <= moment < LATEST:
        raise LineError(f"{name} is not a time in UTC such as 2026-11-21T12:00:00Z")
