"""The console's life: start, serve, and an orderly end at SIGTERM."""

from __future__ import annotations

import asyncio
import signal
from typing import Protocol

from fastapi import FastAPI
from granian.constants import Interfaces
from granian.server.embed import Server

from stratum.console.app import create_app
from stratum.console.errors import ConsoleError
from stratum.console.parts import Parts
from stratum.console.settings import ConsoleSettings, Secrets
from stratum.logging import get_logger

SHUTDOWN_SECONDS = 10.0

log = get_logger("console")


class WebServer(Protocol):
    """What we use of Granian's embedded server."""

    async def serve(self) -> None: ...

    def stop(self) -> None: ...


def serve(settings: ConsoleSettings, secrets: Secrets) -> None:
    asyncio.run(_serve(settings, secrets))


async def _serve(settings: ConsoleSettings, secrets: Secrets) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    app = create_app(settings, secrets)
    server = _server(settings, app)
    serving = asyncio.create_task(server.serve())
    stopping = asyncio.create_task(stop.wait())
    log.info("started", address=settings.address, port=settings.port)
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not serving.done():
        parts: Parts = app.state.parts
        # An open stream would hold the server until its client leaves.
        parts.stream.close()
        await _stopped(server, serving)
    elif serving.exception():
        raise ConsoleError(
            "the console cannot listen",
            where=f"{settings.address}:{settings.port}",
            hint=f"free the port or set another one ({serving.exception()})",
        )
    log.info("stopped")


def _server(settings: ConsoleSettings, app: FastAPI) -> WebServer:
    return Server(
        app,
        address=settings.address,
        port=settings.port,
        interface=Interfaces.ASGI,
        websockets=False,
        log_enabled=False,
    )


async def _stopped(server: WebServer, serving: asyncio.Task[None]) -> None:
    """Requests that were begun are answered; one that hangs is given up."""
    server.stop()
    await asyncio.wait({serving}, timeout=SHUTDOWN_SECONDS)
