from __future__ import annotations

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.run import line


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (9.84, "9.8 s"), (59.96, "1 min 00 s"), (125, "2 min 05 s"),
     (3725, "1 h 02 min")],
)  # fmt: skip
def test_a_duration_is_said_as_a_person_would(seconds: float, text: str) -> None:
    assert line.duration(seconds) == text


def test_wide_characters_take_two_columns() -> None:
    assert line.pad("仓库", 6) == "仓库  "


def test_a_word_longer_than_the_line_stays_whole() -> None:
    path = "/a/path/that/is/longer/than/twenty/columns"
    assert line.wrap(f"see {path} there", 20) == ["see", path, "there"]


def test_short_lists_are_not_counted() -> None:
    assert line.listed(["a", "b", "c", "d"]) == "a, b, c, d"
