"""The lines of the raw objects (contracts §7); their ids are set when the numbers are known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from stratum.collector.commit import Render
from stratum.collector.points import Point
from stratum.collector.segment import number

_ENCODER = msgspec.json.Encoder()


class EventLine(msgspec.Struct, frozen=True, kw_only=True):
    id: str = ""
    source: str
    kind: str
    delivery: str
    received_at: str
    sample: bool
    headers: dict[str, str]
    body: str


class PointLine(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    received_at: str
    measurement: str
    tags: dict[str, str]
    fields: dict[str, float | str | bool]
    timestamp_ns: int


class DeadLetterLine(msgspec.Struct, frozen=True, kw_only=True):
    id: str = ""
    source: str
    received_at: str
    delivery: str
    reason: str
    headers: dict[str, str]
    body_base64: str


def identity(collector: str, sequence: int) -> str:
    return f"{collector}-{number(sequence)}"


def time_text(received_us: int) -> str:
    seconds, micros = divmod(received_us, 1_000_000)
    moment = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{moment}.{micros:06d}Z"


def render_line(collector: str, line: EventLine | DeadLetterLine) -> Render:
    def render(first: int) -> bytes:
        known = msgspec.structs.replace(line, id=identity(collector, first))
        return _ENCODER.encode_lines([known])

    return render


def render_points(collector: str, received_us: int, points: Sequence[Point]) -> Render:
    received_at = time_text(received_us)

    def line(sequence: int, point: Point) -> PointLine:
        return PointLine(
            id=identity(collector, sequence),
            received_at=received_at,
            measurement=point.measurement,
            tags=point.tags,
            fields=point.fields,
            timestamp_ns=point.timestamp or received_us * 1000,
        )

    def render(first: int) -> bytes:
        return _ENCODER.encode_lines([line(first + i, point) for i, point in enumerate(points)])

    return render
