"""Ships sealed segments to the object store, then forgets them; runs in a thread of its own.

An object is written if its key is free; a taken key must hold the same lines. A segment is deleted
only after all its objects are in the store.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from stratum.collector.deliveries import DeliveryLog
from stratum.collector.errors import ConflictError
from stratum.collector.objects import RawObject, raw_objects, same_content
from stratum.collector.record import scan, spans
from stratum.collector.segment import Segment
from stratum.collector.wal import Wal
from stratum.logging import get_logger
from stratum.storage import StorageError

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 30.0
LAST_PAUSE = 1.0

log = get_logger("collector.shipping")


class Store(Protocol):
    def put_if_absent(self, key: str, body: bytes) -> bool: ...

    def get(self, key: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Shipped:
    objects: int
    bytes: int


class Shipper:
    def __init__(
        self,
        collector: str,
        wal: Wal,
        store: Store,
        deliveries: DeliveryLog,
        on_shipped: Callable[[Shipped], None] = lambda _shipped: None,
        on_conflict: Callable[[], None] = lambda: None,
        on_failure: Callable[[], None] = lambda: None,
    ) -> None:
        self._collector = collector
        self._wal = wal
        self._store = store
        self._deliveries = deliveries
        self._on_shipped = on_shipped
        self._on_conflict = on_conflict
        self._on_failure = on_failure
        self._random = random.SystemRandom()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._abandoned = threading.Event()
        self._thread = threading.Thread(target=self._run, name="shipping", daemon=True)
        self.failure: OSError | None = None

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """A segment was sealed."""
        self._wake.set()

    def stop(self, deadline_seconds: float) -> bool:
        """Ship what is sealed; False if the deadline came first. The next start ships the rest."""
        self._stopping.set()
        self._wake.set()
        self._thread.join(deadline_seconds)
        self._abandoned.set()
        return not self._wal.sealed

    def _run(self) -> None:
        failed = 0
        while not self._abandoned.is_set():
            try:
                self.ship_all()
            except StorageError as error:
                failed += 1
                log.warning("store_away", reason=str(error), waiting=len(self._wal.sealed))
                self._pause(failed)
                continue
            except OSError as error:
                self.failure = error
                log.exception("shipping_failed")
                self._on_failure()
                return
            failed = 0
            if self._stopping.is_set() and not self._wal.sealed:
                return
            self._wake.wait()
            self._wake.clear()

    def _pause(self, failed: int) -> None:
        """Exponential with full jitter: many collectors must not come back all at once."""
        stopping = self._stopping.is_set()
        longest = min(FIRST_PAUSE * 2 ** min(failed, 16), LAST_PAUSE if stopping else LONGEST_PAUSE)
        event = self._abandoned if stopping else self._stopping
        event.wait(self._random.uniform(0, longest))

    def ship_all(self) -> None:
        for segment in self._wal.sealed:
            try:
                self.ship(segment)
            except ConflictError as error:
                kept = self._wal.set_aside(segment, "conflict")
                self._on_conflict()
                log.error("object_conflict", reason=str(error), kept=str(kept))

    def ship(self, segment: Segment) -> None:
        seen = scan(self._wal.read(segment))
        records = seen.records
        objects = raw_objects(self._collector, segment, records)
        for item in objects:
            self._put(item)
        self._deliveries.append([record.key for record in records if record.key])
        if seen.clean and spans(records, segment.first, segment.last):
            self._wal.delete(segment)
        else:
            kept = self._wal.set_aside(segment, "damaged")
            log.error("segment_damaged", shipped=len(records), kept=str(kept))
        self._on_shipped(Shipped(len(objects), sum(len(item.body) for item in objects)))

    def _put(self, item: RawObject) -> None:
        if self._store.put_if_absent(item.key, item.body):
            return
        if not same_content(item.body, self._store.get(item.key)):
            raise ConflictError(
                "the object exists with other content",
                where=item.key,
                hint="two collectors share one id, or the object was changed: compare the two",
            )
