"""YAML as values with lines; scalars follow YAML 1.2."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.stratum.platform.plugins.module_utils.product.document import read
from ansible_collections.stratum.platform.plugins.module_utils.product.problem import Problem
from ansible_collections.stratum.platform.plugins.module_utils.product.sources import File

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="ascii")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abc_", min_size=1), inner),
    max_leaves=20,
)


def values(text: str) -> object:
    problems: list[Problem] = []
    document = read(File("a.yml", text), problems)
    assert problems == []
    return document.value


@given(JSON)
def test_json_is_read_as_the_values_it_stands_for(value):
    assert values(json.dumps(value)) == value


def test_words_that_old_yaml_takes_for_booleans_are_text():
    assert values("on: yes\nmode: 0644\nday: 2026-11-21\n=: =\n") == {
        "on": "yes",
        "mode": "0644",
        "day": "2026-11-21",
        "=": "=",
    }


def test_numbers_booleans_and_nothing_are_read_as_such():
    assert values("[1, -2, 1.5, 1e3, true, False, null, ~, '1']") == [
        *(1, -2, 1.5, 1000.0, True, False, None, None, "1"),
    ]


def test_every_key_has_its_line():
    problems: list[Problem] = []
    document = read(File("a.yml", "a:\n  b:\n    - c\n    - d: 1\n"), problems)
    assert document.where("a", "b", 1, "d") == "a.yml:4"
    assert document.where("a", "b", "unknown") == "a.yml:2"


def test_an_alias_that_holds_itself_is_a_problem():
    problems: list[Problem] = []
    read(File("a.yml", "a: &x\n  b: *x\n"), problems)
    assert problems == [Problem("a.yml:1", "an alias holds itself", "write the value out")]


def test_a_tag_is_a_problem():
    problems: list[Problem] = []
    read(File("a.yml", "a: !vault abc\n"), problems)
    what = "the tag `!vault` is not known here"
    assert problems == [Problem("a.yml:1", what, "write a plain value")]


def test_an_unprintable_character_is_a_problem_with_its_line():
    problems: list[Problem] = []
    read(File("a.yml", "a: 1\nb: \x07\n"), problems)
    assert [problem.where for problem in problems] == ["a.yml:2"]
