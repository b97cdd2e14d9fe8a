"""Metric points in JSON: one object, or an array of them, taken or refused as a whole."""

from __future__ import annotations

import re
from typing import Annotated

import msgspec
from msgspec import Meta

from stratum.errors import StratumError

MOST_POINTS = 100_000

# Seconds, milliseconds and microseconds of our time are all smaller than this.
EARLIEST_NS = 10**17
LATEST_NS = 2**63 - 1

Tag = Annotated[str, Meta(min_length=1, max_length=256)]
Fields = Annotated[dict[Tag, float | str | bool], Meta(min_length=1)]
Timestamp = Annotated[int, Meta(ge=EARLIEST_NS, le=LATEST_NS)]

HINTS = {
    "measurement": "a text of 1 to 256 characters",
    "tags": 'a map of texts, such as {"host": "a"}',
    "fields": 'at least one number, text or boolean, such as {"usage": 0.5}',
    "timestamp": "nanoseconds since 1970 as an integer, or nothing for the time of arrival",
}
SHAPE = "a point has measurement and fields, and may have tags and timestamp"


class Point(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    measurement: Tag
    fields: Fields
    tags: dict[Tag, str] = {}
    timestamp: Timestamp | None = None


class PointError(StratumError):
    code = "invalid_point"


_ONE = msgspec.json.Decoder(Point)
_MANY = msgspec.json.Decoder(list[Point])


def read_points(body: bytes) -> list[Point]:
    batch = body.lstrip()[:1] == b"["
    try:
        points = _MANY.decode(body) if batch else [_ONE.decode(body)]
    except msgspec.ValidationError as error:
        raise _located(str(error), batch) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PointError(f"the body is not JSON: {error}", hint=SHAPE) from error
    if not points:
        raise PointError("the batch is empty", where="points", hint="send at least one point")
    if len(points) > MOST_POINTS:
        raise PointError(
            f"the batch has {len(points)} points",
            where="points",
            hint=f"send at most {MOST_POINTS} at once",
        )
    return points


def _located(text: str, batch: bool) -> PointError:
    """Turn `Expected int, got str - at $[3].timestamp` into our words and our place."""
    reason, _, path = text.partition(" - at `$")
    path = path.rstrip("`").removesuffix("[...]")
    root = "points" if batch else "point"
    named = re.search(r"\.(\w+)", path)
    reason = reason.replace("Object contains", "contains").replace("Object missing", "is missing")
    return PointError(
        f"{reason[:1].lower()}{reason[1:]}",
        where=f"{root}{path}",
        hint=HINTS.get(named[1], SHAPE) if named else SHAPE,
    )
