"""What the set-up does about each difference between the store and the settings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from stratum.store.apply import apply
from stratum.store.errors import StoreAwayError
from stratum.store.settings import Grant, Keys, StoreSettings, UserSettings

GRANTS = [Grant("raw", ["read", "list"])]
SETTINGS = StoreSettings(
    endpoint="http://127.0.0.1:9",
    access_key_file=Path("a"),
    secret_key_file=Path("s"),
    buckets=["raw"],
    users=[UserSettings("etl", Path("etl"), GRANTS)],
    wait_seconds=2,
)
KEYS = Keys("admin", "secret", {"etl": "first"})
ALL = [
    "made the bucket raw",
    "wrote the policy stratum-etl",
    "gave the user etl its key",
    "gave the user etl the policy stratum-etl",
]


@dataclass
class Memory:
    """A store in memory that reorders lists as the real one does."""

    buckets: set[str] = field(default_factory=set)
    documents: dict[str, Any] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    mapping: dict[str, str] = field(default_factory=dict)
    away: int = 0

    def make_bucket(self, name: str) -> bool:
        if self.away:
            self.away -= 1
            raise StoreAwayError("the store cannot be reached", where="memory")
        new = name not in self.buckets
        self.buckets.add(name)
        return new

    def policies(self) -> dict[str, Any]:
        return dict(self.documents)

    def set_policy(self, name: str, document: dict[str, Any]) -> None:
        statements = [
            {**each, "Action": list(reversed(each["Action"]))} for each in document["Statement"]
        ]
        self.documents[name] = {**document, "Statement": statements}

    def remove_policy(self, name: str) -> None:
        del self.documents[name]

    def users(self) -> dict[str, str]:
        return {name: self.mapping.get(name, "") for name in self.secrets}

    def set_user(self, name: str, secret: str) -> None:
        self.secrets[name] = secret

    def set_user_policy(self, name: str, policy: str) -> None:
        self.mapping[name] = policy

    def remove_user(self, name: str) -> None:
        del self.secrets[name]
        del self.mapping[name]

    def accepts(self, name: str, secret: str) -> bool:
        return self.secrets[name] == secret


def test_an_empty_store_gets_all_and_the_second_time_nothing() -> None:
    store = Memory()
    assert apply(store, SETTINGS, KEYS) == ALL
    assert apply(store, SETTINGS, KEYS) == []


def test_a_rotated_key_is_the_only_change() -> None:
    store = Memory()
    apply(store, SETTINGS, KEYS)
    assert apply(store, SETTINGS, Keys("admin", "secret", {"etl": "second"})) == [
        "gave the user etl its key"
    ]
    assert store.secrets == {"etl": "second"}


def test_a_policy_that_somebody_widened_is_written_again() -> None:
    store = Memory()
    apply(store, SETTINGS, KEYS)
    store.documents["stratum-etl"]["Statement"][0]["Action"].append("s3:*")
    assert apply(store, SETTINGS, KEYS) == ["wrote the policy stratum-etl"]


def test_our_users_that_are_no_longer_named_go_and_those_of_others_stay() -> None:
    store = Memory(secrets={"backup": "x"}, mapping={"backup": "readwrite"})
    apply(store, SETTINGS, KEYS)
    bare = StoreSettings("http://127.0.0.1:9", Path("a"), Path("s"), ["raw"])
    assert apply(store, bare, Keys("admin", "secret", {})) == [
        "removed the user etl",
        "removed the policy stratum-etl",
    ]
    assert store.users() == {"backup": "readwrite"}


def clock_of(*times: float) -> Iterator[float]:
    yield from times


def test_a_store_that_is_still_starting_is_waited_for() -> None:
    times, pauses = clock_of(0, 1), []
    assert apply(Memory(away=1), SETTINGS, KEYS, clock=times.__next__, pause=pauses.append) == ALL
    assert pauses == [1.0]


def test_a_store_that_stays_away_is_an_error_at_the_deadline() -> None:
    times = clock_of(0, 1, 2)
    with pytest.raises(StoreAwayError) as error:
        apply(Memory(away=9), SETTINGS, KEYS, clock=times.__next__, pause=lambda _: None)
    assert str(error.value) == "memory: the store cannot be reached"
