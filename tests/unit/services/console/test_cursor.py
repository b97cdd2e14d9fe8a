"""The opaque text between two pages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratum.console.cursor import Cursor, read_cursor
from stratum.console.errors import InvalidRequestError

TIMES = st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))


@given(TIMES, st.text(min_size=1))
def test_cursor_survives_its_text(at: datetime, key: str) -> None:
    cursor = Cursor(at, key)
    assert read_cursor(cursor.text()) == cursor


@pytest.mark.parametrize(
    "text", ["x", "é", "AAAA", "WzEsMl0", "WyIyMDI2LTAxLTAxVDAwOjAwOjAwIiwiYSJd"]
)
def test_text_of_nobody_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequestError, match="this is no cursor of ours"):
        read_cursor(text)
