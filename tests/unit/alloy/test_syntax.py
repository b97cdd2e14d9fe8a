"""Blocks become text that gives the same blocks when it is read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.stratum.platform.plugins.module_utils.alloy.syntax import (
    Block,
    Expression,
    identifier,
    render,
)
from ansible_collections.stratum.platform.tests.unit.alloy.alloy_text import (
    Name,
    Read,
    UnreadableError,
    read,
)

WORD = st.from_regex(r"[a-z][a-z_]{0,6}", fullmatch=True).filter(
    lambda word: word not in ("true", "false", "null")
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
PLAIN = TEXT | st.integers(-(10**12), 10**12) | st.booleans()
VALUE = st.recursive(
    PLAIN, lambda v: st.lists(v, max_size=3) | st.dictionaries(TEXT, v, max_size=3)
)
BLOCKS = st.recursive(
    st.builds(Block, WORD, st.just("") | WORD, st.dictionaries(WORD, VALUE, max_size=3)),
    lambda inner: st.builds(
        Block,
        st.builds("{}.{}".format, WORD, WORD),
        st.just(""),
        st.dictionaries(WORD, VALUE, max_size=3),
        st.lists(inner, max_size=3),
    ),
    max_leaves=6,
)


def as_read(block: Block) -> Read:
    return Read(block.name, block.label, dict(block.attributes), list(map(as_read, block.blocks)))


@given(BLOCKS)
def test_what_is_written_reads_the_same(block: Block) -> None:
    assert read(render([block])) == [as_read(block)]


def test_the_same_blocks_give_the_same_text_whatever_the_order_of_a_map() -> None:
    one = Block("a", attributes={"x": {"b": 1, "a": 2}})
    other = Block("a", attributes={"x": {"a": 2, "b": 1}})
    assert render([one]) == render([other]) == 'a {\n\tx = {\n\t\t"a" = 2,\n\t\t"b" = 1,\n\t}\n}\n'


def test_an_expression_is_written_as_it_is() -> None:
    text = render([Block("a", attributes={"to": [Expression("loki.write.x.receiver")]})])
    assert read(text)[0].attributes == {"to": [Name("loki.write.x.receiver")]}


@pytest.mark.parametrize(
    ("name", "label"), [("nginx", "nginx"), ("web-shop", "web_shop"), ("1st", "_1st"), ("", "_")]
)
def test_any_name_becomes_a_label(name: str, label: str) -> None:
    assert identifier(name) == label


@pytest.mark.parametrize(
    "wrong",
    [
        'a { x = "open }',
        "a { x = 1",
        "a {\n x = 1 y = 2\n}",
        "a {\n x = [1 2]\n}",
        'a {\n x = {\n  "k" = 1\n }\n}',
        'a "two words" { }',
        "a { x = 1\n x = 2\n}",
        'a "x" { }\na "x" { }\n',
        "a { x = 'single' }",
    ],
)
def test_the_reader_refuses_what_is_no_configuration(wrong: Any) -> None:
    with pytest.raises(UnreadableError):
        read(wrong)
