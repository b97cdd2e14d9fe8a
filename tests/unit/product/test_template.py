"""Rendering knows for each line which line of the template it is from."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.stratum.platform.plugins.module_utils.product.parts import Whole
from ansible_collections.stratum.platform.plugins.module_utils.product.problem import Problem
from ansible_collections.stratum.platform.plugins.module_utils.product.template import (
    Rendered,
    render,
)

# Each piece of a template, with the lines that it renders to as (text, offset in the piece).
PIECES = {
    "plain\n": [("plain", 0)],
    "{# a comment\nof two lines #}\n": [],
    "{% if true %}\nin\n{% endif %}\n": [("in", 1)],
    "{% for i in [1, 2] %}\nloop {{ i }}\n{% endfor %}\n": [("loop 1", 1), ("loop 2", 1)],
    "{{ parameters.text }}\n": [("one", 0), ("two", 0)],
    "{{ 'constant' }}\n": [("constant", 0)],
    "{% set x = 1 -%}\n\n\n  trimmed\n": [("trimmed", 3)],
    "{% raw %}\n{{ raw }}\n{% endraw %}\n": [("", 0), ("{{ raw }}", 1)],
}
CONTEXT = {"parameters": {"text": "one\ntwo", "flag": True, "names": ["a"], "items": 3}}


def rendered_from(text: str, problems: list[Problem]) -> Rendered | None:
    """A template without parts, rendered."""
    places = tuple(f"p:{number}" for number in range(1, text.count("\n") + 2))
    return render("p", Whole(text, places), CONTEXT, problems)


@given(st.lists(st.sampled_from(list(PIECES))))
def test_each_rendered_line_leads_to_its_line_of_the_template(pieces):
    problems: list[Problem] = []
    rendered = rendered_from("".join(pieces), problems)
    assert rendered is not None
    wanted, line = [], 1
    for piece in pieces:
        wanted += [(text, f"p:{line + offset}") for text, offset in PIECES[piece]]
        line += piece.count("\n")
    texts = rendered.text.splitlines()
    assert list(zip(texts, rendered.places, strict=False)) == wanted


def test_values_that_are_no_text_are_written_as_yaml():
    rendered = rendered_from("{{ parameters.flag }} {{ parameters.names }} {{ none }}", [])
    assert rendered is not None
    assert rendered.text == 'true ["a"] null'


def test_a_parameter_comes_before_a_method_of_the_same_name():
    rendered = rendered_from("{{ parameters.items }}", [])
    assert rendered is not None
    assert rendered.text == "3"


def test_the_sandbox_does_not_let_out():
    problems: list[Problem] = []
    text = "a\n{{ parameters.__class__.__mro__ }}\n"
    assert rendered_from(text, problems) is None
    assert [problem.where for problem in problems] == ["p:2"]


def test_a_file_cannot_be_included():
    problems: list[Problem] = []
    assert rendered_from("{% include '/etc/passwd' %}", problems) is None
    assert [problem.where for problem in problems] == ["p:1"]
