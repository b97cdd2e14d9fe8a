"""`stratum-warehouse --config warehouse.toml`, and `stratum-warehouse check --config …`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stratum.errors import StratumError
from stratum.warehouse.settings import read_settings

app = typer.Typer(add_completion=False, help="ClickHouse's engine behind its HTTP interface.")
Config = Annotated[Path, typer.Option("--config", help="The settings file (TOML).")]


@app.callback(invoke_without_command=True)
def run(
    context: typer.Context,
    config: Annotated[Path | None, typer.Option("--config", help="The settings file.")] = None,
) -> None:
    """Serve until SIGTERM."""
    if context.invoked_subcommand is not None:
        return
    if config is None:
        raise typer.BadParameter("is needed", param_hint="--config")
    # Imported here: `check` must answer without loading the engine.
    from stratum.warehouse.server import serve

    try:
        serve(*read_settings(config))
    except StratumError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from error


@app.command()
def check(config: Config) -> None:
    """Read the settings and the secret files, and say what is wrong with them."""
    try:
        settings, users = read_settings(config)
    except StratumError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"ok: {settings.address}:{settings.port}, {len(users)} users, {settings.data_dir}")
