"""`stratum-console --config console.toml`, and `stratum-console check --config …`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stratum.command_line import refused
from stratum.console.settings import read_settings
from stratum.errors import StratumError
from stratum.logging import configure_logging

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

Config = Annotated[Path, typer.Option("--config", help="The settings file (TOML).")]


@app.callback(invoke_without_command=True)
def run(
    context: typer.Context,
    config: Annotated[Path | None, typer.Option("--config", help="The settings file.")] = None,
) -> None:
    """Answer questions about deliveries and the platform, and serve the page."""
    if context.invoked_subcommand:
        return
    if config is None:
        raise typer.BadParameter("name the settings file", param_hint="--config")
    # Imported here: `check` needs no web framework.
    from stratum.console.service import serve

    try:
        settings, secrets = read_settings(config)
        configure_logging("console", settings.log_level)
        serve(settings, secrets)
    except StratumError as error:
        raise refused(error) from error


@app.command()
def check(config: Config) -> None:
    """Read the settings and every secret they name, and do nothing else."""
    try:
        read_settings(config)
    except StratumError as error:
        raise refused(error) from error
    typer.echo(f"{config}: the settings are valid")
