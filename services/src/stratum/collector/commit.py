"""Group commit: one flush at a time, and all that arrives meanwhile joins the next.

A record's future is done only when the record is on stable storage.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import perf_counter, time_ns

from stratum.collector.errors import WalError
from stratum.collector.record import Kind, Record
from stratum.collector.wal import Wal

Render = Callable[[int], bytes]


def microseconds_now() -> int:
    return time_ns() // 1000


class GroupCommit:
    """Owned by the event loop; the log is touched only in one thread of its own."""

    def __init__(
        self,
        wal: Wal,
        next_sequence: int,
        clock: Callable[[], int] = microseconds_now,
        on_flush: Callable[[float], None] = lambda _seconds: None,
    ) -> None:
        self._wal = wal
        self._next = next_sequence
        self._clock = clock
        self._on_flush = on_flush
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="wal")
        self._waiting: list[tuple[Record, asyncio.Future[None]]] = []
        self._wake = asyncio.Event()
        self._closing = False
        self._failure: WalError | None = None
        self.waiting_bytes = 0

    def append(
        self, kind: Kind, key: str, count: int, received_us: int, render: Render
    ) -> tuple[int, asyncio.Future[None]]:
        """Take `count` sequence numbers; `render` makes the lines from the first of them."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self._failure or self._closing:
            future.set_exception(self._failure or WalError("the collector is stopping"))
            return self._next, future
        record = Record(kind, self._next, count, received_us, key, render(self._next))
        self._next += count
        self.waiting_bytes += len(record.lines)
        self._waiting.append((record, future))
        self._wake.set()
        return record.first, future

    async def run(self, tick_seconds: float) -> None:
        """Flush and seal until closed; raises `WalError` when the log has failed."""
        self._tick(tick_seconds)
        while not self._closing:
            await self._wake.wait()
            self._wake.clear()
            await self._flush()
        await self._flush()
        await self._in_thread(self._wal.seal)
        self._thread.shutdown()

    def close(self) -> None:
        """What was appended before is still flushed and sealed by `run`."""
        self._closing = True
        self._wake.set()

    def _tick(self, seconds: float) -> None:
        if not self._closing:
            self._wake.set()
            asyncio.get_running_loop().call_later(seconds, self._tick, seconds)

    async def _flush(self) -> None:
        batch, self._waiting = self._waiting, []
        begun = perf_counter()
        try:
            await self._in_thread(partial(self._write, [record for record, _ in batch]))
        except WalError as error:
            self._fail(error, batch)
            raise
        if batch:
            self._on_flush(perf_counter() - begun)
        for record, future in batch:
            self.waiting_bytes -= len(record.lines)
            future.set_result(None)

    def _write(self, records: list[Record]) -> None:
        if records:
            self._wal.write(records)
        self._wal.seal_if_due(self._clock())

    def _fail(self, error: WalError, batch: list[tuple[Record, asyncio.Future[None]]]) -> None:
        self._failure = error
        for _, future in (*batch, *self._waiting):
            future.set_exception(error)
        self._waiting = []

    async def _in_thread(self, work: Callable[[], None]) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, work)
