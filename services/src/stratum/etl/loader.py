"""Loads one object exactly once, whatever happened to earlier tries.

planned → each table in one block, with a token, then asked whether it holds it → loaded. A kill at
any step leaves `planned`, and the next try asks the tables first.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from stratum.etl.blocks import Block, Blocks
from stratum.etl.errors import LoadError, UnreadableObjectError, WarehouseRefusedError
from stratum.etl.ledger import Entry, Ledger
from stratum.etl.lines import read_object
from stratum.etl.presence import Presence, presence
from stratum.etl.targets import TARGETS
from stratum.etl.warehouse import Warehouse
from stratum.storage import StoredObject


class Store(Protocol):
    def get(self, key: str) -> bytes: ...


class Loader:
    """`on_step` is told the name of every step that was just done."""

    def __init__(
        self,
        store: Store,
        warehouse: Warehouse,
        ledger: Ledger,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        on_step: Callable[[str], None] = lambda _step: None,
    ) -> None:
        self._store = store
        self._warehouse = warehouse
        self._ledger = ledger
        self._clock = clock
        self._step = on_step

    def load(self, stored: StoredObject) -> Entry:
        """The object's new entry: `loaded`, or `failed` when its own content is the cause."""
        known = self._ledger.get(stored.key)
        # Whole seconds: the tables keep milliseconds, and both sides must cut off at one place.
        now = self._clock().replace(microsecond=0)
        content = self._store.get(stored.key)
        self._step("fetched")
        try:
            blocks = read_object(stored.key, content, now)
        except UnreadableObjectError as error:
            return self._fail(stored, str(error))
        self._record(Entry(stored.key, stored.etag, "planned", blocks.counts()))
        try:
            for block in self._blocks(blocks, resumed=known is not None):
                self._settle(block, stored, now, resumed=known is not None)
        except WarehouseRefusedError as error:
            if not error.blames_data:
                raise
            self._clear(stored.key)
            return self._fail(stored, str(error))
        self._step("verified")
        return self._record(Entry(stored.key, stored.etag, "loaded", blocks.counts()))

    def _blocks(self, blocks: Blocks, *, resumed: bool) -> list[Block]:
        """An earlier try may have left rows in tables that this one has none for."""
        found = blocks.by_table
        if not resumed:
            return [found[table] for table in TARGETS if table in found]
        return [found.get(table, Block(target)) for table, target in TARGETS.items()]

    def _settle(self, block: Block, stored: StoredObject, now: datetime, *, resumed: bool) -> None:
        table = block.target.table
        if resumed and self._look(block, stored.key, now) == "whole":
            return
        # The table may remember the token of rows that are gone since: then a new one is needed.
        token = f"{stored.key}:{stored.etag}:{table}"
        for attempt in (token, f"{token}:{uuid.uuid4()}"):
            if block.count:
                self._step(f"inserting {table}")
                self._warehouse.insert(table, block.body, token=attempt)
                self._step(f"inserted {table}")
            if self._look(block, stored.key, now) == "whole":
                return
        raise LoadError(
            f"the table {table} does not hold the {block.count} rows that were inserted",
            where=stored.key,
            hint="see that nothing else writes or deletes rows of this object",
        )

    def _look(self, block: Block, key: str, now: datetime) -> Presence:
        held = presence(self._warehouse, block, key, now)
        if held != "part":
            return held
        self._warehouse.delete(block.target.table, key)
        self._step(f"deleted {block.target.table}")
        return "none" if block.count else "whole"

    def _clear(self, key: str) -> None:
        for target in TARGETS.values():
            self._warehouse.delete(target.table, key)

    def _fail(self, stored: StoredObject, reason: str) -> Entry:
        return self._record(Entry(stored.key, stored.etag, "failed", {}, reason))

    def _record(self, entry: Entry) -> Entry:
        self._ledger.write(entry)
        self._step(entry.state)
        return entry
