"""What has changed since the last look: deployments in the warehouse, files of the platform."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from stratum.console.deployments.answer import rows_of
from stratum.console.errors import WarehouseAwayError
from stratum.console.platform.files import StateFiles
from stratum.console.rows import ChangedRow, RecentRow
from stratum.console.scope import Scope
from stratum.console.settings import MetricSettings
from stratum.console.stream import Message
from stratum.console.warehouse import Warehouse

# After a burst the page fetches lists again anyway; it need not be told of every one.
MOST_AT_ONCE = 20


class News:
    """Remembers what it has seen; the first look only remembers."""

    def __init__(self, warehouse: Warehouse, files: StateFiles, limits: MetricSettings) -> None:
        self._warehouse = warehouse
        self._files = files
        self._limits = limits
        self._sign: ChangedRow | None = None
        self._versions: dict[str, int] | None = None
        self._fingerprint: object = None

    async def look(self) -> list[Message]:
        """A warehouse that is away hides no news of the platform."""
        messages = await asyncio.to_thread(self._platform)
        try:
            messages += await self._deployments()
        except WarehouseAwayError:
            if not messages:
                raise
        return messages

    def _platform(self) -> list[Message]:
        before, self._fingerprint = self._fingerprint, self._files.fingerprint()
        return [("platform", "{}")] if before not in (None, self._fingerprint) else []

    async def _deployments(self) -> list[Message]:
        signs = await self._warehouse.rows("changed", ChangedRow)
        if signs and signs[0] == self._sign:
            return []
        recent = await self._warehouse.rows("recent", RecentRow)
        before, self._versions = self._versions, {row.key: row.version for row in recent}
        self._sign = signs[0] if signs else None
        if before is None:
            return []
        changed = [row for row in recent if before.get(row.key) != row.version]
        return await self._told(changed[:MOST_AT_ONCE])

    async def _told(self, changed: Iterable[RecentRow]) -> list[Message]:
        """Grouped by place, because a deployment is judged among those of its own."""
        places: dict[tuple[str, str], list[str]] = {}
        for row in changed:
            places.setdefault((row.service, row.environment), []).append(row.key)
        messages: list[Message] = []
        for (service, environment), keys in places.items():
            scope = Scope(service, environment, self._limits)
            items = await rows_of(self._warehouse, scope, keys)
            messages += [("deployment", item.model_dump_json()) for item in items]
        return messages
