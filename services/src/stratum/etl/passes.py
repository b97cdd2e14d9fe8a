"""One pass: what the store lists against what the ledger knows, and the difference loaded.

A difference of lists, never a high-water mark: an object that comes late is still found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Protocol

import msgspec

from stratum.etl.errors import LoadError
from stratum.etl.ledger import Entry, Ledger
from stratum.storage import StoredObject

FOLDERS = ("events/", "points/")


class Listing(Protocol):
    def list_objects(self, prefix: str = "") -> Iterator[StoredObject]: ...


class Loading(Protocol):
    def load(self, stored: StoredObject) -> Entry: ...


class Summary(msgspec.Struct, kw_only=True):
    """What a pass found and did; `failed`, `replaced` and `missing` ask for a person."""

    listed: int = 0
    loaded: int = 0
    rows: dict[str, int] = {}
    failed: dict[str, str] = {}
    errors: dict[str, str] = {}
    replaced: list[str] = []
    missing: list[str] = []


def run_pass(
    listing: Listing,
    loader: Loading,
    ledger: Ledger,
    *,
    prefixes: Iterable[str] = FOLDERS,
    whole: bool = True,
    retry_failed: bool = False,
    stopping: Callable[[], bool] = lambda: False,
) -> Summary:
    """`whole` says that the prefixes are all there are: then what is not listed is missing."""
    summary = Summary()
    rows: Counter[str] = Counter()
    seen = set()
    for stored in _list(listing, prefixes):
        if stopping():
            break
        summary.listed += 1
        seen.add(stored.key)
        known = ledger.get(stored.key)
        if _is_settled(known, stored, summary, retry_failed=retry_failed):
            continue
        _load(loader, stored, summary, rows)
    else:
        if whole:
            summary.missing = sorted(
                entry.key
                for entry in ledger.entries()
                if entry.state == "planned" and entry.key not in seen
            )
    summary.rows = dict(sorted(rows.items()))
    return summary


def recent_prefixes(now: datetime) -> list[str]:
    """Where new objects appear; those of other days are found when everything is listed."""
    days = [now.astimezone(UTC) + timedelta(days=offset) for offset in (-1, 0, 1)]
    return [f"{folder}dt={day:%Y-%m-%d}/" for folder in FOLDERS for day in days]


def _list(listing: Listing, prefixes: Iterable[str]) -> Iterator[StoredObject]:
    for prefix in prefixes:
        yield from listing.list_objects(prefix)


def _is_settled(
    known: Entry | None, stored: StoredObject, summary: Summary, *, retry_failed: bool
) -> bool:
    if known is None or known.state == "planned":
        return False
    if known.state == "loaded":
        if known.etag != stored.etag:
            summary.replaced.append(stored.key)
        return True
    if retry_failed or known.etag != stored.etag:
        return False
    summary.failed[stored.key] = known.reason
    return True


def _load(loader: Loading, stored: StoredObject, summary: Summary, rows: Counter[str]) -> None:
    try:
        entry = loader.load(stored)
    except LoadError as error:
        summary.errors[stored.key] = str(error)
        return
    if entry.state == "failed":
        summary.failed[stored.key] = entry.reason
        return
    summary.loaded += 1
    rows.update(entry.rows)
