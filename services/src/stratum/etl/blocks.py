"""One object's rows, encoded and grouped by table; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from stratum.etl.targets import Target

Identity = tuple[str | int, ...]


@dataclass(slots=True)
class Block:
    """The rows of one object for one table, and the newest version of each identity in them."""

    target: Target
    lines: list[bytes] = field(default_factory=list)
    newest: dict[Identity, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return len(self.lines)

    @property
    def body(self) -> bytes:
        return b"\n".join(self.lines)


class Blocks:
    """Collects rows; every row is told its object and its line."""

    def __init__(self, source: str) -> None:
        self._source = msgspec.json.encode(source)
        self.by_table: dict[str, Block] = {}

    def add(self, target: Target, row: msgspec.Struct, number: int, version: int = 0) -> None:
        block = self.by_table.setdefault(target.table, Block(target))
        fields = msgspec.json.encode(row)[:-1]
        block.lines.append(b'%b,"_src":%b,"_row":%d}' % (fields, self._source, number))
        if target.identity:
            identity = tuple(getattr(row, name) for name in target.identity)
            block.newest[identity] = max(version, block.newest.get(identity, version))

    def counts(self) -> Mapping[str, int]:
        return {table: block.count for table, block in self.by_table.items()}
