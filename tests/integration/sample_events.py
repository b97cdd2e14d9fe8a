"""Lines of `events` as the collector writes them, out of the sample's disorderly quarter."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

import msgspec

from stratum.events import Envelope
from stratum.sample.delivery import Delivery
from stratum.sample.quarter import quarter

NOW = datetime.now(UTC).replace(microsecond=0)


def envelopes(seed: int, count: int) -> list[bytes]:
    """The latest `count` events of the story that `seed` tells, of each kind in turn."""
    return [
        msgspec.json.encode(
            Envelope(
                id=f"c1-{number:016d}",
                source=item.source,
                kind=_kind(item.kind, item.body),
                delivery=item.delivery,
                received_at=NOW + timedelta(milliseconds=number),
                sample=True,
                body=item.body.decode(),
            )
        )
        for number, item in enumerate(_of_every_kind(told(seed), count))
    ]


def _of_every_kind(items: Sequence[Delivery], count: int) -> list[Delivery]:
    """The latest of each kind in turn: which kinds came last depends on the day of the test."""
    kinds: dict[tuple[str, str], list[Delivery]] = {}
    for item in reversed(items):
        kinds.setdefault((item.source, _kind(item.kind, item.body)), []).append(item)
    turns = itertools.chain.from_iterable(itertools.zip_longest(*kinds.values()))
    return list(itertools.islice((item for item in turns if item is not None), count))


@cache
def told(seed: int) -> tuple[Delivery, ...]:
    return quarter(NOW, seed).deliveries


def _kind(kind: str, body: bytes) -> str:
    try:
        return json.loads(body).get("object_kind", kind)
    except ValueError:
        return kind
