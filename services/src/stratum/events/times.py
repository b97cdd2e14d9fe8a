"""The time formats senders use, read into aware UTC datetimes; and versions made of them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from stratum.events.errors import EventError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
EXPECTED = "expected a time such as 2026-11-21T12:00:00Z"

# GitLab writes `2021-04-28 21:50:00 +0200` and `2013-12-03 17:15:43 UTC` beside RFC 3339.
LOOSE_ZONE = re.compile(r"\s+(?=[+-]\d\d:?\d\d$)")


def read_time(event: str, path: str, value: str | int | float) -> datetime:
    """Read a time in any format the senders use; a time without a zone is UTC."""
    moment = _from_number(value) if isinstance(value, (int, float)) else _from_text(value)
    if moment is None or not EPOCH <= moment <= LATEST:
        raise EventError(event, path, EXPECTED)
    return moment


def read_time_or_none(event: str, path: str, value: str | int | float | None) -> datetime | None:
    """Like `read_time`, for a field the sender may leave out, null or empty."""
    return None if value in (None, "") else read_time(event, path, value)


def milliseconds(moment: datetime) -> int:
    """Milliseconds since the epoch, rounded down."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def version_of(moment: datetime, rank: int) -> int:
    """A version that grows with time; `rank` (0 to 9) decides within one millisecond.

    Senders write whole seconds, so a start and an end can carry the same time.
    """
    return milliseconds(moment) * 10 + rank


def _from_number(value: float) -> datetime | None:
    try:
        return EPOCH + timedelta(seconds=value)
    except (OverflowError, ValueError):
        return None


def _from_text(value: str) -> datetime | None:
    text = value.strip()
    if text.endswith(" UTC"):
        text = text.removesuffix(" UTC") + "+00:00"
    try:
        moment = datetime.fromisoformat(LOOSE_ZONE.sub("", text))
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
