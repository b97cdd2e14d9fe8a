"""The ledger: what is planned, loaded or failed, read once and written through.

Only one process writes it (see `lock`), so what was read at the start stays true.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec

from stratum.etl.warehouse import Warehouse

State = Literal["planned", "loaded", "failed"]
TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Entry:
    key: str
    etag: str
    state: State
    rows: Mapping[str, int] = field(default_factory=dict)
    reason: str = ""


class Ledger:
    def __init__(
        self, warehouse: Warehouse, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._warehouse = warehouse
        self._clock = clock
        self._entries: dict[str, Entry] = {}
        self._last = datetime(1970, 1, 1, tzinfo=UTC)

    def read(self) -> None:
        sql = "SELECT key, etag, state, rows, reason, toUnixTimestamp64Micro(updated_at)"
        entries = {}
        for key, etag, state, rows, reason, updated in self._warehouse.rows(
            f"{sql} FROM ledger FINAL"
        ):
            entries[key] = Entry(key, etag, state, rows, reason)
            self._last = max(self._last, _from_microseconds(updated))
        self._entries = entries

    def get(self, key: str) -> Entry | None:
        return self._entries.get(key)

    def entries(self) -> list[Entry]:
        return list(self._entries.values())

    def write(self, entry: Entry) -> None:
        """Each entry is newer than all before it, even when the clock was set back."""
        moment = max(self._clock(), self._last + TICK)
        row = {
            "key": entry.key,
            "etag": entry.etag,
            "state": entry.state,
            "rows": dict(entry.rows),
            "reason": entry.reason,
            "updated_at": moment,
        }
        self._warehouse.insert("ledger", msgspec.json.encode(row))
        self._last = moment
        self._entries[entry.key] = entry


def _from_microseconds(value: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=value)
