"""`stratum-sample`: send the sample, wait until it is visible, show the metrics."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import httpx
import msgspec
import typer

from stratum.errors import StratumError
from stratum.sample.console import Console, Patience
from stratum.sample.console import wait as wait_until_visible
from stratum.sample.errors import SampleError
from stratum.sample.quarter import Quarter, quarter
from stratum.sample.sending import Sender
from stratum.sample.signing import Secrets, read_secrets
from stratum.sample.state import State, read_state, write_state
from stratum.sample.table import table
from stratum.settings import read_secret

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)

DEFAULT_SEED = 1

Collector = Annotated[str, typer.Option(help="The collector's address.")]
SecretsDir = Annotated[Path, typer.Option(help="Folder of the collector.sample_*_secret files.")]
Until = Annotated[str | None, typer.Option(help="When the quarter ends, ISO 8601; default now.")]
Seed = Annotated[int, typer.Option(help="Another seed tells another story.")]
StateFile = Annotated[Path | None, typer.Option("--state", help="Remembers until, seed, done.")]
ConsoleUrl = Annotated[str, typer.Option("--console", help="The console's address.")]
TokenFile = Annotated[Path | None, typer.Option(help="File of the operator's token.")]
Timeout = Annotated[float, typer.Option(help="Seconds to wait.")]


@app.command()
def send(
    collector: Collector,
    secrets_dir: SecretsDir,
    until: Until = None,
    seed: Seed = DEFAULT_SEED,
    state: StateFile = None,
) -> None:
    """Send a quarter of signed webhooks; a rerun with a completed state sends nothing."""
    with _errors():
        secrets = read_secrets(secrets_dir)
        story = _story(until, seed, state)
        if story.complete:
            _say(f"already sent: the quarter up to {story.until.isoformat()}, seed {story.seed}")
            typer.echo(_summary(quarter(story.until, story.seed), Counter()))
            return
        if state is not None:
            write_state(state, story)
        told = quarter(story.until, story.seed)
        outcomes = asyncio.run(_send(told, collector, secrets))
        if state is not None:
            write_state(state, msgspec.structs.replace(story, complete=True))
        typer.echo(_summary(told, outcomes))


@app.command()
def wait(
    console: ConsoleUrl,
    token_file: TokenFile = None,
    until: Until = None,
    seed: Seed = DEFAULT_SEED,
    state: StateFile = None,
    timeout: Timeout = 120.0,
) -> None:
    """Wait until every deployment of the sample is visible in the console."""
    with _errors(), _client(console, token_file) as client:
        story = read_state(state) if state is not None else None
        if story is None and until is None:
            raise SampleError(
                "which sample to wait for is not known",
                hint="give --state or --until as they were given to send",
            )
        told = quarter(story.until, story.seed) if story else quarter(_moment(until), seed)
        wait_until_visible(Console(client), told, Patience(timeout, _say))
        _say(
            f"visible: {told.expected['deployments']} deployments of {len(told.services)} services"
        )


@app.command()
def show(console: ConsoleUrl, token_file: TokenFile = None) -> None:
    """Print the five metrics of production."""
    with _errors(), _client(console, token_file) as client:
        try:
            metrics = Console(client).metrics()
        except httpx.HTTPError as error:
            raise SampleError(f"the console does not answer: {error}", where=console) from error
        typer.echo(table(metrics))


async def _send(told: Quarter, collector: str, secrets: Secrets) -> Counter[str]:
    async with httpx.AsyncClient(base_url=collector, timeout=20.0) as client:
        return await Sender(client, secrets, progress=_progress).send(told.deliveries)


def _story(until: str | None, seed: int, path: Path | None) -> State:
    """The story begun in the state file, else a new one; one file tells one story."""
    known = read_state(path) if path is not None else None
    if known is None:
        return State(_moment(until), seed)
    if seed != known.seed or (until is not None and _moment(until) != known.until):
        raise SampleError(
            f"another sample was begun here: until {known.until.isoformat()}, seed {known.seed}",
            where=str(path),
            hint="leave --until away and repeat the seed, or give another --state",
        )
    return known


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise SampleError(
            f"{text!r} is no time", where="--until", hint="for example 2026-11-21T12:00:00Z"
        ) from error
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.replace(microsecond=0)


def _summary(told: Quarter, outcomes: Counter[str]) -> str:
    summary = {
        "sent": outcomes.total(),
        "accepted": outcomes["accepted"],
        "duplicates": outcomes["duplicate"],
        "dead_letters": outcomes["dead_letter"],
        "until": told.until,
        "expected": told.expected,
    }
    return msgspec.json.encode(summary).decode()


def _progress(done: int, amount: int) -> None:
    if done == amount or done % 50 == 0:
        _say(f"sent {done} of {amount}")


def _say(line: str) -> None:
    """Progress goes to standard error: standard output holds only the result."""
    typer.echo(line, err=True)


@contextmanager
def _client(console: str, token_file: Path | None) -> Iterator[httpx.Client]:
    headers = {}
    if token_file is not None:
        headers["Authorization"] = f"Bearer {read_secret(token_file)}"
    with httpx.Client(base_url=console, headers=headers, timeout=20.0) as client:
        yield client


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except StratumError as error:
        _say(f"stratum-sample: {error}")
        sys.exit(1)


if __name__ == "__main__":
    app()
