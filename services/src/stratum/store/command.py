"""`stratum-store apply | check --config store.toml`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stratum.command_line import refused
from stratum.errors import StratumError
from stratum.store.settings import read_settings

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Sets up MinIO: buckets, users, what each may do, and how long objects stay.",
)
Config = Annotated[Path, typer.Option("--config", help="The settings file (TOML).")]


@app.command()
def apply(config: Config) -> None:
    """Make what is missing, mend what differs, remove our users that are no longer named."""
    # Imported here: `check` needs no client.
    from stratum.store.apply import apply as bring
    from stratum.store.minio import Store

    try:
        settings, keys = read_settings(config)
        changes = bring(Store(settings, keys), settings, keys)
    except StratumError as error:
        raise refused(error) from error
    typer.echo("\n".join(changes) or "nothing to change")


@app.command()
def check(config: Config) -> None:
    """Read the settings and every key they name, and do nothing else."""
    try:
        read_settings(config)
    except StratumError as error:
        raise refused(error) from error
    typer.echo(f"{config}: the settings are valid")
