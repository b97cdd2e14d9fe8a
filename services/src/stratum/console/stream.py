"""What is new, told to every open stream: one watcher a process, however many listen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

from stratum.console.errors import WarehouseAwayError
from stratum.console.telemetry import Telemetry
from stratum.logging import get_logger

log = get_logger("console")

Message = tuple[str, str]
Look = Callable[[], Awaitable[list[Message]]]

QUEUE = 500
EVERY_SECONDS = 1.0
PING_SECONDS = 15.0


class Stream:
    """`look` gives the messages that are new since its last call."""

    def __init__(self, look: Look, telemetry: Telemetry, *, every: float = EVERY_SECONDS) -> None:
        self._look = look
        self._every = every
        self._telemetry = telemetry
        self._listeners: set[asyncio.Queue[Message]] = set()
        self._somebody = asyncio.Event()
        self._closed = asyncio.Event()

    async def watch(self) -> None:
        """Looks only while somebody listens; the first look of a listener is where it begins."""
        while not self._closed.is_set():
            await self._somebody.wait()
            try:
                for message in await self._look():
                    self._tell(message)
            except WarehouseAwayError as error:
                log.info("stream_waits", reason=error.message)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closed.wait(), self._every)

    async def events(self, ping: float = PING_SECONDS) -> AsyncIterator[str]:
        """One client's stream as text; it ends when the console stops or the client is too slow."""
        queue: asyncio.Queue[Message] = asyncio.Queue(QUEUE)
        self._join(queue)
        try:
            yield "retry: 2000\n" + written(("ping", "{}"))
            while queue in self._listeners:
                try:
                    yield written(await asyncio.wait_for(queue.get(), ping))
                except TimeoutError:
                    yield written(("ping", "{}"))
        finally:
            self._leave(queue)

    def close(self) -> None:
        self._closed.set()
        self._somebody.set()
        for queue in list(self._listeners):
            self._drop(queue)

    def _tell(self, message: Message) -> None:
        for queue in list(self._listeners):
            if queue.full():
                # The browser connects again and fetches afresh.
                self._drop(queue)
            else:
                queue.put_nowait(message)

    def _join(self, queue: asyncio.Queue[Message]) -> None:
        self._listeners.add(queue)
        self._somebody.set()
        self._telemetry.listeners.set(len(self._listeners))

    def _drop(self, queue: asyncio.Queue[Message]) -> None:
        """The client's loop sees that it is no longer listed, at its next message."""
        self._leave(queue)
        if queue.full():
            queue.get_nowait()
        queue.put_nowait(("ping", "{}"))

    def _leave(self, queue: asyncio.Queue[Message]) -> None:
        self._listeners.discard(queue)
        if not self._listeners and not self._closed.is_set():
            self._somebody.clear()
        self._telemetry.listeners.set(len(self._listeners))


def written(message: Message) -> str:
    """A server-sent event; our data are JSON and so have no line breaks."""
    kind, data = message
    return f"event: {kind}\ndata: {data}\n\n"
