"""`clickhouse-server --config-file=…` on ClickHouse's own engine (chDB), over HTTP.

Real: the engine, its SQL, rights, limits and storage. Not: the server around it, whose ports other
than HTTP only let in, whose quotas and networks do not hold, and which never replicates.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import signal
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path

from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server
from starlette.types import ASGIApp, Receive, Scope, Send

from clickhouse_stand_in.accounts import AccountEngine, AccountService
from clickhouse_stand_in.configuration import Configuration, read_configuration
from stand_in import stand_in
from stratum.health import health_of
from stratum.logging import configure_logging, get_logger
from stratum.warehouse.app import Front
from stratum.warehouse.metrics import Metrics
from stratum.warehouse.service import Limits
from stratum.warehouse.settings import UserSettings, WarehouseSettings
from stratum.warehouse.users import User, read_credentials

PROGRAM = "clickhouse-server"
CREDENTIALS = {b"authorization", b"x-clickhouse-user", b"x-clickhouse-key"}


class Digests:
    """Lets the warehouse's front compare digests of passwords: it knows no others."""

    def __init__(self, inner: ASGIApp) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = {**scope, "headers": self._headers(scope)}
        await self._inner(scope, receive, send)

    def _headers(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        named = {name.decode().lower(): text.decode() for name, text in scope["headers"]}
        given = read_credentials(named, {})
        others = [pair for pair in scope["headers"] if pair[0].lower() not in CREDENTIALS]
        if given is None:
            return others
        digest = hashlib.sha256(given.password.encode()).hexdigest()
        basic = base64.b64encode(f"{given.name}:{digest}".encode())
        return [*others, (b"authorization", b"Basic " + basic)]


def serve(configuration: Configuration, config: Path, address: str, port: int) -> None:
    """Returns after SIGTERM or SIGINT."""
    data = Path(configuration.server["path"])
    engine = AccountEngine(data / "engine", config)
    try:
        engine.run_at_start(configuration.at_start)
        asyncio.run(_serve(_app(configuration, engine, data), address, port))
    finally:
        engine.close()


def _app(configuration: Configuration, engine: AccountEngine, data: Path) -> ASGIApp:
    accounts = configuration.accounts
    service = AccountService(engine, Limits(0, 0), Metrics(), get_logger(PROGRAM))
    service.know(configuration)
    settings = WarehouseSettings(
        data_dir=data,
        users=[UserSettings(account.name, data, "admin") for account in accounts],
        database="default",
    )
    users = tuple(User(account.name, account.digest, "admin") for account in accounts)
    return Digests(Front(settings, users, service, Metrics(), health_of(PROGRAM)).app())


async def _serve(app: ASGIApp, address: str, port: int) -> None:
    server = Server(
        app,
        address=address,
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        log_enabled=False,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, server.stop)
    await server.serve()


def main() -> int:
    parser = ArgumentParser(PROGRAM)
    parser.add_argument("--config-file", type=Path, required=True)
    file = parser.parse_args().config_file
    configure_logging(PROGRAM, "info")
    configuration = read_configuration(file)
    port = int(configuration.server["http_port"])
    address = str(configuration.server["listen_host"])
    known = stand_in.given(stand_in.PROGRAMS[PROGRAM], [f"--config-file={file}"], {})
    listeners = stand_in.places(stand_in.PROGRAMS[PROGRAM], known)
    others = {place: other for place, other in listeners.items() if place[1] != port}
    stand_in.serve(PROGRAM, known, others)
    # Beside the file of accounts, so that nothing of it is on a volume.
    with tempfile.TemporaryDirectory() as folder:
        config = configuration.write_for_engine(Path(folder))
        serve(configuration, config, address, port)
    return 0


if __name__ == "__main__":
    sys.exit(main())
