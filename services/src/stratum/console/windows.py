"""The time that a question is about: half-open, with the one before it and its weeks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from stratum.console.errors import InvalidRequestError

USUAL = timedelta(days=90)
WEEK = timedelta(days=7)
LONGEST = timedelta(days=3660)
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Window:
    """`[start, end)`."""

    start: datetime
    end: datetime

    @property
    def days(self) -> float:
        return (self.end - self.start) / timedelta(days=1)

    @property
    def previous(self) -> Window:
        """The window of the same length that ends where this one begins."""
        return Window(self.start - (self.end - self.start), self.start)

    def weeks(self) -> list[Window]:
        """Seven days each from the start on; the last may be shorter."""
        weeks: list[Window] = []
        start = self.start
        while start < self.end:
            weeks.append(Window(start, min(start + WEEK, self.end)))
            start += WEEK
        return weeks


def window_of(start: datetime | None, end: datetime | None, now: datetime) -> Window:
    """What a missing bound means: up to now, and the 90 days before the end."""
    end = _utc(end) if end else now
    window = Window(_utc(start) if start else end - USUAL, end)
    if not EARLIEST <= window.start <= LATEST or not EARLIEST <= window.end <= LATEST:
        raise InvalidRequestError(
            "the window lies outside the years 1990 to 2200", where="from", hint="check the year"
        )
    if window.start >= window.end:
        raise InvalidRequestError(
            "the window is empty: `from` is not before `to`",
            where="from",
            hint="give a `from` that is earlier than `to`",
        )
    if window.end - window.start > LONGEST:
        raise InvalidRequestError(
            f"the window has {window.days:.0f} days", where="from", hint="ask for 3660 at most"
        )
    return window


def _utc(moment: datetime) -> datetime:
    """A time without a zone is UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
