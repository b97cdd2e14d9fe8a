"""The time a question is about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratum.console.errors import InvalidRequestError
from stratum.console.windows import Window, window_of

NOW = datetime(2026, 4, 1, tzinfo=UTC)


def test_without_bounds_it_is_the_last_ninety_days() -> None:
    assert window_of(None, None, NOW) == Window(NOW - timedelta(days=90), NOW)


def test_time_without_zone_is_utc() -> None:
    start = datetime.fromisoformat("2026-03-01T00:00:00")
    assert window_of(start, None, NOW).start == datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        (
            NOW,
            NOW,
            "from: the window is empty: `from` is not before `to`; give a `from` that is "
            "earlier than `to`",
        ),
        (NOW - timedelta(days=4000), NOW, "from: the window has 4000 days; ask for 3660 at most"),
        (
            datetime(1, 1, 1, tzinfo=UTC),
            NOW,
            "from: the window lies outside the years 1990 to 2200; check the year",
        ),
    ],
    ids=["empty", "too_long", "too_early"],
)
def test_impossible_window_is_refused(start: datetime, end: datetime, message: str) -> None:
    with pytest.raises(InvalidRequestError) as refusal:
        window_of(start, end, NOW)
    assert str(refusal.value) == message


@given(st.integers(min_value=1, max_value=400 * 24))
def test_weeks_cover_the_window_without_gap(hours: int) -> None:
    window = Window(NOW, NOW + timedelta(hours=hours))
    weeks = window.weeks()
    assert [week.end for week in weeks[:-1]] == [week.start for week in weeks[1:]]
    assert (weeks[0].start, weeks[-1].end) == (window.start, window.end)
    assert all(week.days <= 7 for week in weeks)
