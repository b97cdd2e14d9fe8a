"""`stratum-etl run | watch | migrate | check --config etl.toml`."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from stratum.errors import StratumError
from stratum.etl.lock import only_loader
from stratum.etl.metrics import Metrics
from stratum.etl.pipeline import Pipeline
from stratum.etl.settings import EtlSettings
from stratum.etl.status import Status, serving
from stratum.etl.watch import Watch
from stratum.health import health_of
from stratum.logging import configure_logging, get_logger
from stratum.settings import load_settings, read_secret

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Loads raw objects into the warehouse, each exactly once.",
)
Config = Annotated[Path, typer.Option("--config", help="The settings file (TOML).")]


@app.command()
def run(
    config: Config,
    retry_failed: Annotated[bool, typer.Option(help="Try failed objects again.")] = False,
    accept_failed: Annotated[
        bool, typer.Option(help="End well where only objects that cannot be read are left over.")
    ] = False,
) -> None:
    """One pass; prints what it did as JSON. Exit code 1 when an object could not be loaded."""
    with _errors():
        settings = load_settings(config, EtlSettings)
        with only_loader(settings.data_dir):
            pipeline = Pipeline(settings)
            pipeline.prepare()
            summary = pipeline.run(retry_failed=retry_failed, stopping=_stop_event().is_set)
    typer.echo(msgspec.json.encode(summary))
    # A bad object stays bad: whoever waits for the tables and the data must not wait for it.
    left_over = bool(summary.failed or summary.missing) and not accept_failed
    if summary.errors or left_over:
        raise typer.Exit(1)


@app.command()
def watch(config: Config) -> None:
    """Pass after pass, until SIGTERM."""
    with _errors():
        settings = load_settings(config, EtlSettings)
        configure_logging("etl", settings.log_level)
        log = get_logger("etl")
        stop = _stop_event()
        status = Status(health_of("etl"), Metrics())
        with only_loader(settings.data_dir), serving(status, settings.address, settings.port):
            log.info("watching", store=settings.s3.endpoint, warehouse=settings.warehouse.url)
            loop = Watch(
                Pipeline(settings), status, log, interval_seconds=settings.interval_seconds
            )
            loop.run(stop)
        log.info("ended")


@app.command(name="migrate")
def migrate_tables(config: Config) -> None:
    """Bring the warehouse's tables up to this version."""
    with _errors():
        settings = load_settings(config, EtlSettings)
        with only_loader(settings.data_dir):
            applied = Pipeline(settings).prepare()
    typer.echo("\n".join(f"applied {name}" for name in applied) or "nothing to apply")


@app.command()
def check(config: Config) -> None:
    """Read the settings and the secret files, and say what is wrong with them."""
    with _errors():
        settings = load_settings(config, EtlSettings)
        for path in (
            settings.s3.access_key_file,
            settings.s3.secret_key_file,
            settings.warehouse.password_file,
        ):
            read_secret(path)
    typer.echo(f"ok: {settings.s3.endpoint}/{settings.s3.bucket} to {settings.warehouse.url}")


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except StratumError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from error


def _stop_event() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
