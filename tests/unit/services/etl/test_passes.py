"""What a pass does about each object that the store lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from stratum.etl.errors import LoadError
from stratum.etl.ledger import Entry
from stratum.etl.passes import Summary, recent_prefixes, run_pass
from stratum.storage import StoredObject


@dataclass
class Shelf:
    """A listing, a ledger and a loader that only takes notes."""

    objects: dict[str, str]
    known: dict[str, Entry] = field(default_factory=dict)
    loaded: list[str] = field(default_factory=list)

    def list_objects(self, prefix: str = "") -> Iterator[StoredObject]:
        for key, etag in sorted(self.objects.items()):
            if key.startswith(prefix):
                yield StoredObject(key, 1, etag)

    def get(self, key: str) -> Entry | None:
        return self.known.get(key)

    def entries(self) -> list[Entry]:
        return list(self.known.values())

    def load(self, stored: StoredObject) -> Entry:
        self.loaded.append(stored.key)
        if stored.etag == "broken":
            raise LoadError("not there", where=stored.key)
        return Entry(stored.key, stored.etag, "loaded", {"points": 2})

    def run(self, **options) -> Summary:
        return run_pass(self, self, self, **options)


def entry(key: str, state, etag: str = "1", reason: str = "") -> Entry:
    return Entry(key, etag, state, {}, reason)


@pytest.mark.parametrize(
    ("known", "loaded"),
    [
        (None, True),
        (entry("points/a", "planned"), True),
        (entry("points/a", "planned", "0"), True),
        (entry("points/a", "loaded"), False),
        (entry("points/a", "loaded", "0"), False),
        (entry("points/a", "failed"), False),
        (entry("points/a", "failed", "0"), True),
    ],
    ids=["new", "planned", "planned-other", "loaded", "replaced", "failed", "failed-other"],
)
def test_what_is_loaded(known: Entry | None, loaded: bool) -> None:
    shelf = Shelf({"points/a": "1"}, {"points/a": known} if known else {})
    assert bool(shelf.run().loaded) == loaded


def test_only_raw_folders_are_looked_at() -> None:
    shelf = Shelf({"events/a": "1", "points/a": "1", "dead_letter/a": "1"})
    shelf.run()
    assert shelf.loaded == ["events/a", "points/a"]


def test_a_failed_object_is_loaded_on_demand() -> None:
    shelf = Shelf({"points/a": "1"}, {"points/a": entry("points/a", "failed", reason="why")})
    assert shelf.run().failed == {"points/a": "why"}
    assert shelf.run(retry_failed=True).loaded == 1


def test_an_object_that_cannot_be_loaded_does_not_stop_the_others() -> None:
    summary = Shelf({"points/a": "broken", "points/b": "1"}).run()
    assert summary.errors == {"points/a": "points/a: not there"}
    assert (summary.loaded, summary.rows) == (1, {"points": 2})


def test_a_planned_object_that_is_gone_is_missing_when_all_was_listed() -> None:
    shelf = Shelf({}, {"points/a": entry("points/a", "planned")})
    assert shelf.run().missing == ["points/a"]
    assert shelf.run(prefixes=["points/dt=1/"], whole=False).missing == []


def test_a_stop_ends_the_pass_between_two_objects() -> None:
    shelf = Shelf({"points/a": "1", "points/b": "1"}, {"points/c": entry("points/c", "planned")})
    summary = shelf.run(stopping=lambda: bool(shelf.loaded))
    assert (shelf.loaded, summary.missing) == (["points/a"], [])


def test_recent_days_are_those_around_now_in_utc() -> None:
    moment = datetime.fromisoformat("2026-03-01T01:00:00+02:00")
    assert recent_prefixes(moment.astimezone(UTC))[:3] == [
        "events/dt=2026-02-27/",
        "events/dt=2026-02-28/",
        "events/dt=2026-03-01/",
    ]
