"""Asks the target tables what they hold of an object: they are the truth, not the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Literal

from stratum.etl.blocks import Block, Identity
from stratum.etl.targets import KEPT_DAYS, Target
from stratum.etl.warehouse import Warehouse, literal

Presence = Literal["whole", "none", "part"]
IDENTITIES_PER_QUERY = 500


def presence(warehouse: Warehouse, block: Block, source: str, now: datetime) -> Presence:
    """`part` also stands for too many rows: whatever is neither nothing nor all."""
    if block.target.identity:
        return "whole" if _holds_states(warehouse, block) else "none"
    count = _count(warehouse, block.target, source, now)
    if count == block.count:
        return "whole"
    return "part" if count else "none"


def _count(warehouse: Warehouse, target: Target, source: str, now: datetime) -> int:
    sql = "SELECT count() FROM {table:Identifier} WHERE _src = {source:String}"
    parameters = {"table": target.table, "source": source}
    if target.kept_by:
        sql += " AND {kept_by:Identifier} >= {oldest:DateTime64(3, 'UTC')}"
        oldest = now - timedelta(days=KEPT_DAYS)
        parameters |= {"kept_by": target.kept_by, "oldest": f"{oldest:%Y-%m-%d %H:%M:%S}"}
    return int(warehouse.execute(sql, parameters))


def _holds_states(warehouse: Warehouse, block: Block) -> bool:
    columns = ", ".join(block.target.identity)
    for some in _batches(block.newest, IDENTITIES_PER_QUERY):
        keys = ", ".join(f"({', '.join(map(literal, identity))})" for identity in some)
        words = ["SELECT", columns, ", max(version) FROM", block.target.table]
        words += ["WHERE (", columns, ") IN (", keys, ") GROUP BY", columns]
        rows = warehouse.rows(" ".join(words))
        held = {tuple(row[:-1]): row[-1] for row in rows}
        if any(held.get(identity, -1) < block.newest[identity] for identity in some):
            return False
    return True


def _batches(identities: Iterable[Identity], size: int) -> Iterator[list[Identity]]:
    rest = iter(identities)
    while batch := list(islice(rest, size)):
        yield batch
