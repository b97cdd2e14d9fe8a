"""Structured inputs: what is right is read, and all that is wrong is told at its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.stratum.platform.plugins.module_utils.structured.kinds import (
    flag,
    items,
    number,
    one_of,
    path,
    text,
    text_or_number,
    texts,
)
from ansible_collections.stratum.platform.plugins.module_utils.structured.reading import (
    FaultyError,
    Key,
    Problems,
    read_list,
    read_map,
    read_sound_map,
)


def _even(value: object) -> int:
    if value == 3:
        raise FaultyError("is odd", "give the next one")
    return int(str(value))


KEYS: Mapping[str, Key] = {
    "name": Key(text, required=True),
    "port": Key(text_or_number, to="listen", required=True, cure="give a free one"),
    "tls": Key(flag),
    "hosts": Key(items),
    "even": Key(_even),
}


def told(value: object, **how: Any) -> list[str]:
    problems = Problems(**how)
    read_map("door", value, KEYS, problems)
    return list(problems)


def test_what_is_right_is_read_by_the_names_of_its_use() -> None:
    problems = Problems()
    read = read_map("door", {"name": "a", "port": 80, "tls": None}, KEYS, problems)
    assert (read, problems) == ({"name": "a", "listen": "80"}, [])


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("a", "door must be a map with name, port, tls, hosts, even"),
        ({"port": 1}, "door has no name; give one"),
        ({"name": "", "port": 1}, "door has no name; give one"),
        ({"name": "a"}, "door has no port; give a free one"),
        ({"name": 7, "port": 1}, "door.name must be a text"),
        ({"name": "a", "port": 1, "tls": "yes"}, "door.tls must be true or false"),
        ({"name": "a", "port": 1, "even": 3}, "door.even is odd; give the next one"),
        (
            {"name": "a", "port": 1, "tsl": True},
            "door has no key tsl; write `tls`; the keys are: name, port, tls, hosts, even",
        ),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_wrong_is_told_and_no_value_is_shown(value: object, problem: str) -> None:
    assert told(value) == [problem]


def test_where_nothing_is_secret_the_value_is_shown() -> None:
    assert told({"name": {}, "port": True}, quotes=True) == [
        "door.name is a map; write a text",
        "door.port is True; write a text",
    ]


def test_a_strange_key_is_told_in_the_words_of_its_reader() -> None:
    assert told({"name": "a", "port": 1, "tsl": 1}, stranger="is of another time") == [
        "door.tsl is of another time; write `tls`; the keys are: name, port, tls, hosts, even"
    ]


def test_a_place_in_words_is_told_in_words() -> None:
    problems = Problems()
    read_map("the door", {"name": 7, "port": 1}, KEYS, problems)
    assert problems == ["name of the door must be a text"]


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert told({"name": 7, "x": 1}) == [
        "door.name must be a text",
        "door has no key x; the keys are: name, port, tls, hosts, even",
        "door has no port; give a free one",
    ]


def test_a_sound_map_has_no_empty_texts() -> None:
    keys = {"name": Key(text), "user": Key(text), "tls": Key(flag)}
    given = {"name": "a", "user": "", "tls": False}
    assert read_sound_map("door", given, keys, Problems()) == {"name": "a", "tls": False}


def test_a_map_with_one_fault_is_not_sound() -> None:
    assert read_sound_map("door", {"name": "a"}, KEYS, Problems()) is None


def test_items_have_their_places() -> None:
    assert read_list("doors", ["a", "b"], Problems()) == [("doors[0]", "a"), ("doors[1]", "b")]


@pytest.mark.parametrize("value", ["a", {"a": 1}, None, 3], ids=str)
def test_what_is_no_list_is_told(value: object) -> None:
    problems = Problems()
    assert (read_list("doors", value, problems), problems) == ([], ["doors must be a list"])


@pytest.mark.parametrize(
    ("kind", "right", "wrong", "wanted"),
    [
        (text, "1", 1, "a text"),
        (path, "/a", "a", "a path that begins with /"),
        (number, 1.5, -1, "a number that is not negative"),
        (texts, ["a"], [], "a list of texts"),
        (one_of("keep", "drop"), "keep", "rename", "one of keep, drop"),
    ],
    ids=["text", "path", "number", "texts", "one of"],
)
def test_a_kind_gives_the_value_or_says_what_is_wanted(
    kind: Any, right: object, wrong: object, wanted: str
) -> None:
    problems = Problems()
    read = read_map("x", {"a": right, "b": wrong}, {"a": Key(kind), "b": Key(kind)}, problems)
    assert (read["a"], problems) == (right, [f"x.b must be {wanted}"])


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
)


@given(anything)
def test_any_value_is_either_sound_or_told(value: object) -> None:
    problems = Problems()
    sound = read_sound_map("door", value, {"name": Key(text), "hosts": Key(items)}, problems)
    assert (sound is None) == bool(problems)
