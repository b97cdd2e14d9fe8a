"""Brings the store to the wanted buckets, users, rights and lifecycle rules.

Doing it twice changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from stratum.store.errors import StoreAwayError
from stratum.store.lifecycle import Found, change, differs, wanted_rules
from stratum.store.policy import PREFIX, policy, policy_name
from stratum.store.settings import Keys, Rule, StoreSettings

PAUSE = 1.0


class Target(Protocol):
    def make_bucket(self, name: str) -> bool: ...
    def policies(self) -> dict[str, Any]: ...
    def set_policy(self, name: str, document: dict[str, Any]) -> None: ...
    def remove_policy(self, name: str) -> None: ...
    def users(self) -> dict[str, str]: ...
    def set_user(self, name: str, secret: str) -> None: ...
    def set_user_policy(self, name: str, policy: str) -> None: ...
    def remove_user(self, name: str) -> None: ...
    def accepts(self, name: str, secret: str) -> bool: ...
    def lifecycle(self, bucket: str) -> Found: ...
    def set_lifecycle(self, bucket: str, rules: Mapping[str, Rule]) -> None: ...


def apply(
    store: Target,
    settings: StoreSettings,
    keys: Keys,
    *,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], None] = time.sleep,
) -> list[str]:
    """What was changed, in sentences; a store that is still starting is waited for."""
    deadline = clock() + settings.wait_seconds
    done: list[str] = []
    while True:
        try:
            # What was done before the store went away again stays in the list.
            done.extend(_changes(store, settings, keys))
        except StoreAwayError:
            if clock() >= deadline:
                raise
            pause(PAUSE)
        else:
            return done


def _changes(store: Target, settings: StoreSettings, keys: Keys) -> Iterator[str]:
    if settings.kind == "minio":
        yield from _accounts(store, settings, keys)
    for bucket in settings.buckets:
        found, wanted = store.lifecycle(bucket), wanted_rules(settings.lifecycle, bucket)
        if differs(found, wanted, f"{settings.endpoint}, bucket {bucket}"):
            store.set_lifecycle(bucket, wanted)
            yield from change(found, wanted, bucket)


def _accounts(store: Target, settings: StoreSettings, keys: Keys) -> Iterator[str]:
    for bucket in settings.buckets:
        if store.make_bucket(bucket):
            yield f"made the bucket {bucket}"
    policies, users = store.policies(), store.users()
    for user in settings.users:
        name, document = policy_name(user.name), policy(user.grants)
        if not _same(policies.get(name), document):
            store.set_policy(name, document)
            yield f"wrote the policy {name}"
        secret = keys.users[user.name]
        if user.name not in users or not store.accepts(user.name, secret):
            store.set_user(user.name, secret)
            yield f"gave the user {user.name} its key"
        if users.get(user.name) != name:
            store.set_user_policy(user.name, name)
            yield f"gave the user {user.name} the policy {name}"
    yield from _removals(store, {user.name for user in settings.users}, users, policies)


def _removals(
    store: Target, wanted: set[str], users: dict[str, str], policies: dict[str, Any]
) -> Iterator[str]:
    """Only what carries our names: other users of the store are not ours to judge."""
    for user, owned in sorted(users.items()):
        if owned == policy_name(user) and user not in wanted:
            store.remove_user(user)
            yield f"removed the user {user}"
    for name in sorted(policies):
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in wanted:
            store.remove_policy(name)
            yield f"removed the policy {name}"


def _same(there: object, wanted: dict[str, Any]) -> bool:
    return _ordered(there) == _ordered(wanted)


def _ordered(value: object) -> object:
    """The store gives lists back in an order of its own."""
    if isinstance(value, dict):
        return {key: _ordered(item) for key, item in value.items()}
    if isinstance(value, list):
        return sorted((_ordered(item) for item in value), key=repr)
    return value
