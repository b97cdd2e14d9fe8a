"""Starts the engine, tests it, serves it on Granian inside this one process, and ends cleanly."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket

from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from stratum.health import health_of
from stratum.logging import configure_logging, get_logger
from stratum.warehouse.app import Front
from stratum.warehouse.engine import Engine
from stratum.warehouse.errors import WarehouseError
from stratum.warehouse.metrics import Metrics
from stratum.warehouse.selftest import check_deduplication
from stratum.warehouse.service import Limits, QueryService
from stratum.warehouse.settings import WarehouseSettings
from stratum.warehouse.users import User


def serve(settings: WarehouseSettings, users: tuple[User, ...]) -> None:
    """Returns after SIGTERM or SIGINT, when running queries have ended."""
    configure_logging("warehouse", settings.log_level)
    log = get_logger("warehouse")
    _check_port(settings)
    engine = Engine(settings.data_dir, settings.database)
    try:
        check_deduplication(engine)
        metrics = Metrics()
        limits = Limits(settings.query_timeout_seconds, settings.max_threads)
        service = QueryService(engine, limits, metrics, log)
        front = Front(settings, users, service, metrics, health_of("warehouse"))
        log.info("serving", address=settings.address, port=settings.port, engine=engine.version)
        asyncio.run(_serve(settings, front))
    finally:
        engine.close()
    log.info("ended")


async def _serve(settings: WarehouseSettings, front: Front) -> None:
    # The embedded server runs in this process and loop: nothing is forked behind the engine.
    server = Server(
        front.app(),
        address=settings.address,
        port=settings.port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        log_enabled=False,
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.stop)
    await server.serve()


def _check_port(settings: WarehouseSettings) -> None:
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.address, settings.port))
        except OSError as error:
            raise WarehouseError(
                f"cannot listen: {(error.strerror or str(error)).lower()}",
                where=f"{settings.address}:{settings.port}",
                hint="choose another port, or end the process that has it",
            ) from error
