"""What the set-up does about each difference between the store and the settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest

from stratum.store.apply import apply
from stratum.store.errors import StoreAwayError, StoreError
from stratum.store.settings import Grant, Keys, Rule, StoreSettings, UserSettings

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
    rules: dict[str, dict[str, Rule | None]] = field(default_factory=dict)
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

    def lifecycle(self, bucket: str) -> dict[str, Rule | None]:
        return dict(self.rules.get(bucket, {}))

    def set_lifecycle(self, bucket: str, rules: Mapping[str, Rule]) -> None:
        self.rules[bucket] = dict(rules)


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


def with_rules(*rules: Rule, kind: Literal["minio", "s3"] = "s3") -> StoreSettings:
    return msgspec.structs.replace(SETTINGS, lifecycle=list(rules), kind=kind, users=[])


SHORT, LONG = Rule("raw", "debug/", 1), Rule("raw", "events/", 90)


def test_rules_are_made_changed_and_removed_and_else_left_alone() -> None:
    store = Memory()
    for rules, said in (
        ([SHORT], ["objects below debug/ of raw now go after 1 day"]),
        ([SHORT, LONG], ["objects below events/ of raw now go after 90 days"]),
        ([LONG, SHORT], []),
        (
            [Rule("raw", "debug/", 2)],
            [
                "objects below debug/ of raw now go after 2 days",
                "objects below events/ of raw now stay",
            ],
        ),
        ([], ["objects below debug/ of raw now stay"]),
    ):
        assert apply(store, with_rules(*rules), KEYS) == said
    assert store.rules == {"raw": {}}


def test_of_a_store_that_somebody_else_runs_nothing_but_the_rules_is_touched() -> None:
    store = Memory()
    apply(store, with_rules(LONG), KEYS)
    assert (store.buckets, store.documents, store.secrets) == (set(), {}, {})
    assert store.rules == {"raw": {"stratum-events/": LONG}}


def test_a_rule_of_ours_that_somebody_changed_is_written_again() -> None:
    store = Memory(rules={"raw": {"stratum-events/": None}})
    assert apply(store, with_rules(LONG), KEYS) == [
        "objects below events/ of raw now go after 90 days"
    ]


def test_rules_of_others_are_left_alone_and_never_written_over() -> None:
    store = Memory(rules={"raw": {"archive": None}})
    assert apply(store, with_rules(), KEYS) == []
    with pytest.raises(StoreError) as error:
        apply(store, with_rules(LONG), KEYS)
    assert str(error.value) == (
        "http://127.0.0.1:9, bucket raw: it has lifecycle rules of others (archive), which would "
        "be lost; remove them, or make the rules of this bucket where those were made"
    )
    assert store.rules == {"raw": {"archive": None}}


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
