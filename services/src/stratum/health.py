"""The body of `/healthz` (contracts §6), the same for every service."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import msgspec

from stratum import __version__


class Health(msgspec.Struct, frozen=True):
    """`revision` shows which configuration the running process has."""

    service: str
    version: str
    revision: str | None
    started_at: str
    status: str = "ok"


class Waiting(msgspec.Struct, frozen=True):
    """The body of a `/readyz` that is not 200: what is still missing, in sentences."""

    reasons: list[str]
    status: str = "waiting"


def health_of(service: str) -> Health:
    """Call once, at the start of the process: its time is the time of the start."""
    return Health(
        service=service,
        version=__version__,
        revision=os.environ.get("STRATUM_REVISION"),
        started_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
