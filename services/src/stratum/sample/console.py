"""Asks the console what of the sample is visible, and for the five metrics."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import httpx
import msgspec

from stratum.sample.errors import SampleError
from stratum.sample.quarter import Quarter

PAUSE = 0.5

Answer = TypeVar("Answer", bound=msgspec.Struct)


class Deployments(msgspec.Struct):
    total: int


class Metric(msgspec.Struct):
    """One metric of `GET /api/metrics/dora`."""

    value: float | None
    unit: str
    n: int
    level: str | None = None
    reason: str | None = None
    p90: float | None = None
    numerator: int | None = None


class Window(msgspec.Struct, rename={"since": "from", "until": "to"}):
    since: datetime
    until: datetime
    days: float


class Metrics(msgspec.Struct):
    window: Window
    environment: str | None
    metrics: dict[str, Metric]


def lacking(seen: dict[str, int], quarter: Quarter) -> str:
    """What is still missing, in words; empty when all is there."""
    return ", ".join(
        f"{name} {seen.get(name, 0)} of {wanted} deployments"
        for name, wanted in quarter.services.items()
        if seen.get(name, 0) < wanted
    )


class Console:
    """The console's API, as far as the sample needs it."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    def seen(self, quarter: Quarter) -> dict[str, int]:
        """How many deployments of each sample service are visible, in every environment."""
        query = _window(quarter) | {"environment": "*", "limit": "1"}
        return {
            name: self._get("/api/deployments", query | {"service": name}, Deployments).total
            for name in quarter.services
        }

    def metrics(self) -> Metrics:
        """The five metrics of production over the console's usual window."""
        return self._get("/api/metrics/dora", {}, Metrics)

    def _get(self, path: str, query: dict[str, str], kind: type[Answer]) -> Answer:
        answer = self.client.get(path, params=query)
        if answer.status_code == 401:
            raise SampleError(
                "the console refused the token", where=path, hint="give its file with --token-file"
            )
        answer.raise_for_status()
        try:
            return msgspec.json.decode(answer.content, type=kind)
        except msgspec.DecodeError as error:
            raise SampleError(
                f"the console answered something else: {error}", where=path
            ) from error


@dataclass(frozen=True)
class Patience:
    """How long to wait, and how to tell the time and of progress."""

    seconds: float
    progress: Callable[[str], None]
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


def wait(console: Console, quarter: Quarter, patience: Patience) -> None:
    """Return when all the sample's deployments are visible; say what lacks when time is over."""
    end, last = patience.clock() + patience.seconds, ""
    while True:
        try:
            lacks = lacking(console.seen(quarter), quarter)
        except (httpx.TransportError, httpx.HTTPStatusError) as error:
            lacks = f"the console does not answer yet ({error})"
        if not lacks:
            return
        if lacks != last:
            patience.progress(f"waiting: {lacks}")
            last = lacks
        if patience.clock() >= end:
            raise SampleError(
                f"not all of the sample is visible after {patience.seconds:.0f} s: {lacks}",
                where=str(console.client.base_url),
                hint="look at the log and at /readyz of the collector, the ETL and the console",
            )
        patience.sleep(PAUSE)


def _window(quarter: Quarter) -> dict[str, str]:
    # A day more on either side: deployments on the edges count as well.
    return {
        "from": (quarter.since - timedelta(days=1)).isoformat(),
        "to": (quarter.until + timedelta(days=1)).isoformat(),
    }
