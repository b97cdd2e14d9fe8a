"""Builds envelopes around the fixture bodies, which have the senders' true formats."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from stratum.events import Envelope

EVENTS = Path(__file__).parent / "events"

Wrap = Callable[..., Envelope]


@pytest.fixture
def wrap() -> Wrap:
    """`wrap("github", "push", body)` is the envelope of a body, given as an object or as text."""

    def build(source: str, kind: str, body: object) -> Envelope:
        return Envelope(
            id="c1-0000000000000042",
            source=source,
            kind=kind,
            delivery="d-1",
            received_at=datetime(2026, 11, 21, 12, 0, tzinfo=UTC),
            headers={},
            body=body if isinstance(body, str) else json.dumps(body),
        )

    return build


@pytest.fixture
def body_of() -> Callable[[str], dict[str, Any]]:
    """`body_of("github-push")` is a fresh copy of a fixture's body."""

    def read(name: str) -> dict[str, Any]:
        document = json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))
        body: dict[str, Any] = copy.deepcopy(document["body"])
        return body

    return read
