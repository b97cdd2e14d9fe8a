"""The ETL as a whole: store, warehouse, ledger and loader of one settings file."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from stratum.etl.ledger import Ledger
from stratum.etl.loader import Loader
from stratum.etl.migrate import migrate, read_migrations
from stratum.etl.passes import FOLDERS, Summary, recent_prefixes, run_pass
from stratum.etl.settings import EtlSettings
from stratum.etl.warehouse import Warehouse
from stratum.storage import ObjectStore


class Pipeline:
    def __init__(
        self, settings: EtlSettings, *, on_step: Callable[[str], None] = lambda _step: None
    ) -> None:
        self._settings = settings
        self._store = ObjectStore(settings.s3)
        self.warehouse = Warehouse(settings.warehouse)
        self._ledger = Ledger(self.warehouse)
        self._loader = Loader(self._store, self.warehouse, self._ledger, on_step=on_step)
        self._listed_at: float | None = None

    def prepare(self) -> list[str]:
        """Migrates, and reads the ledger anew; the names of the migrations applied."""
        applied = migrate(self.warehouse, read_migrations())
        self._ledger.read()
        self._listed_at = None
        return applied

    def run(
        self, *, retry_failed: bool = False, stopping: Callable[[], bool] = lambda: False
    ) -> Summary:
        """One pass over everything."""
        return run_pass(
            self._store,
            self._loader,
            self._ledger,
            retry_failed=retry_failed,
            stopping=stopping,
        )

    def run_next(self, stopping: Callable[[], bool]) -> tuple[Summary, bool]:
        """A pass over the recent days, or now and then over everything; and which it was."""
        started = time.monotonic()
        last = self._listed_at
        whole = last is None or started - last >= self._settings.full_list_seconds
        prefixes = FOLDERS if whole else recent_prefixes(datetime.now(UTC))
        summary = run_pass(
            self._store,
            self._loader,
            self._ledger,
            prefixes=prefixes,
            whole=whole,
            stopping=stopping,
        )
        if whole:
            self._listed_at = started
        return summary, whole
