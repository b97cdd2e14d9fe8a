"""How our programs end where their settings or their surroundings are wrong."""

from __future__ import annotations

import typer

from stratum.errors import StratumError


def refused(error: StratumError) -> typer.Exit:
    """Say the error, and give what is raised to end with exit code 2."""
    typer.echo(f"error: {error}", err=True)
    return typer.Exit(2)
