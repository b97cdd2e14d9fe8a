"""Rows grouped by table, with the newest version of each identity."""

from __future__ import annotations

import msgspec

from stratum.etl.blocks import Blocks
from stratum.etl.targets import Target


class Row(msgspec.Struct):
    source: str
    id: str


def test_a_row_is_told_its_object_and_line() -> None:
    blocks = Blocks('events/"a"')
    blocks.add(Target("facts"), Row("x", "1"), 7)
    assert msgspec.json.decode(blocks.by_table["facts"].body) == {
        "source": "x",
        "id": "1",
        "_src": 'events/"a"',
        "_row": 7,
    }


def test_of_several_versions_the_newest_is_expected() -> None:
    blocks = Blocks("a")
    target = Target("states", ("source", "id"))
    for identity, version in (("1", 5), ("1", 9), ("1", 7), ("2", 0)):
        blocks.add(target, Row("x", identity), 0, version)
    block = blocks.by_table["states"]
    assert (block.count, block.newest) == (4, {("x", "1"): 9, ("x", "2"): 0})
