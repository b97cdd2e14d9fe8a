"""The collector's life: start, serve, and an orderly end.

SIGTERM: accepts no more, answers what it has, makes it durable, ships what it can within the
deadline. What is left over is shipped by the next start.
"""

from __future__ import annotations

import asyncio
import os
import signal
from typing import Protocol

from granian.constants import Interfaces
from granian.server.embed import Server

from stratum.collector.assembly import Parts, assemble
from stratum.collector.lock import check_port, lock_directory
from stratum.collector.rsgi import RsgiApplication
from stratum.collector.settings import CollectorSettings
from stratum.logging import get_logger

LONGEST_TICK = 1.0

log = get_logger("collector")


class WebServer(Protocol):
    """What we use of Granian's embedded server; `serve` returns when all was answered."""

    async def serve(self) -> None: ...

    def stop(self) -> None: ...


def serve(settings: CollectorSettings) -> int:
    """The exit code: 0 after an orderly end, 1 when the disk failed."""
    lock = lock_directory(settings.data_dir)
    try:
        check_port(settings.address, settings.port)
        return asyncio.run(_serve(settings))
    finally:
        os.close(lock)


async def _serve(settings: CollectorSettings) -> int:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def stop_from_thread() -> None:
        loop.call_soon_threadsafe(stop.set)

    parts = assemble(settings, on_failure=stop_from_thread)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    tick = min(LONGEST_TICK, settings.seal_after_seconds / 4)
    committing = asyncio.create_task(parts.commit.run(tick))
    server = _server(settings, parts)
    serving = asyncio.create_task(server.serve())
    parts.shipper.start()
    log.info("started", address=settings.address, port=settings.port)

    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({committing, serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    deadline = loop.time() + settings.shutdown_seconds
    parts.admission.stopping = True
    await _drain(server, serving, deadline)
    parts.commit.close()
    await asyncio.wait({committing})
    failure = committing.exception() or (serving.done() and serving.exception())
    if failure:
        log.critical("failed", reason=str(failure))
        return 1
    everything = await asyncio.to_thread(parts.shipper.stop, max(0.0, deadline - loop.time()))
    log.info("stopped", everything_shipped=everything)
    return 1 if parts.shipper.failure else 0


async def _drain(server: WebServer, serving: asyncio.Task[None], deadline: float) -> None:
    """Requests that were begun are answered; one that hangs is given up at the deadline."""
    server.stop()
    left = deadline - asyncio.get_running_loop().time()
    _, unfinished = await asyncio.wait({serving}, timeout=max(0.0, left))
    if unfinished:
        log.warning("requests_cut_off")


def _server(settings: CollectorSettings, parts: Parts) -> WebServer:
    return Server(
        RsgiApplication(parts.handler),
        address=settings.address,
        port=settings.port,
        interface=Interfaces.RSGI,
        websockets=False,
        log_enabled=False,
    )
