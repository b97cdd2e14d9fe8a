"""`stratum-collector`: run the collector, or check its settings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stratum.collector.assembly import read_secrets
from stratum.collector.service import serve
from stratum.collector.settings import CollectorSettings, with_name
from stratum.command_line import refused
from stratum.errors import StratumError
from stratum.logging import configure_logging
from stratum.settings import load_settings, read_secret

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

Config = Annotated[Path, typer.Option(help="The settings file (TOML).")]


@app.callback(invoke_without_command=True)
def run(
    context: typer.Context,
    config: Annotated[Path | None, typer.Option(help="The settings file (TOML).")] = None,
    collector: Annotated[
        str | None,
        typer.Option(help="This instance's name, where several share one settings file."),
    ] = None,
) -> None:
    """Receive webhooks and metric points, keep them, ship them to the object store."""
    if context.invoked_subcommand:
        return
    if config is None:
        raise typer.BadParameter("name the settings file", param_hint="--config")
    try:
        settings = load_settings(config, CollectorSettings)
        if collector is not None:
            settings = with_name(settings, collector)
        configure_logging("collector", settings.log_level)
        code = serve(settings)
    except StratumError as error:
        raise refused(error) from error
    raise typer.Exit(code)


@app.command()
def check(config: Config) -> None:
    """Read the settings and every secret they name, and do nothing else."""
    try:
        settings = load_settings(config, CollectorSettings)
        read_secrets(settings)
        read_secret(settings.s3.access_key_file)
        read_secret(settings.s3.secret_key_file)
    except StratumError as error:
        raise refused(error) from error
    typer.echo(f"{config}: the settings are valid")
