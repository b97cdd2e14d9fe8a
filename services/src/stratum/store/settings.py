"""The settings file of `stratum-store` (contracts §6)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from stratum.settings import SettingsError, load_settings, read_secret

BucketName = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
# MinIO's own rule for access keys begins at three characters.
UserName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{2,63}$")]
Action = Literal["read", "write", "list", "delete"]
# Not empty: a rule for a whole bucket deletes what nobody thought of.
Prefix = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.=-][A-Za-z0-9_.=/-]{0,199}$")]


class Grant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a user may do in one bucket."""

    bucket: BucketName
    actions: Annotated[list[Action], Meta(min_length=1)]


class UserSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The name is the access key."""

    name: UserName
    secret_key_file: Path
    grants: list[Grant] = []


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What lies below the prefix is deleted by the store at this age."""

    bucket: BucketName
    prefix: Prefix
    days: Annotated[int, Meta(ge=1, le=36500)]


class StoreSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The keys are those of the administrator.

    Of a store of kind `s3`, which somebody else runs, only the lifecycle rules are ours.
    """

    endpoint: Annotated[str, Meta(pattern=r"^https?://[^/\s]+/?$")]
    access_key_file: Path
    secret_key_file: Path
    buckets: Annotated[list[BucketName], Meta(min_length=1)]
    users: list[UserSettings] = []
    lifecycle: list[Rule] = []
    kind: Literal["minio", "s3"] = "minio"
    region: str = "us-east-1"
    wait_seconds: Annotated[float, Meta(ge=0, le=3600)] = 120.0


class Keys(msgspec.Struct, frozen=True):
    """What the files that the settings name hold."""

    admin_access: str
    admin_secret: str
    users: dict[str, str]

    def __repr__(self) -> str:
        return "Keys(…)"


def read_settings(path: Path) -> tuple[StoreSettings, Keys]:
    """The settings and all keys; a grant on a bucket that is not made is an error."""
    settings = load_settings(path, StoreSettings)
    problems = [*_of_users(settings), *_of_rules(settings)]
    if problems:
        raise SettingsError("; ".join(dict.fromkeys(problems)), where=str(path))
    keys = Keys(
        admin_access=read_secret(settings.access_key_file),
        admin_secret=read_secret(settings.secret_key_file),
        users={user.name: read_secret(user.secret_key_file) for user in settings.users},
    )
    return settings, keys


def _of_users(settings: StoreSettings) -> Iterator[str]:
    names = [user.name for user in settings.users]
    if names and settings.kind == "s3":
        yield "users are given, but those of a store of kind s3 are made where it is run"
    for name in names:
        if names.count(name) > 1:
            yield f"the user {name} is defined twice"
    for user in settings.users:
        for grant in user.grants:
            if grant.bucket not in settings.buckets:
                yield (
                    f"the user {user.name} has a grant on {grant.bucket}, "
                    "which is not among the buckets"
                )


def _of_rules(settings: StoreSettings) -> Iterator[str]:
    places = [(rule.bucket, rule.prefix) for rule in settings.lifecycle]
    for bucket, prefix in places:
        if bucket not in settings.buckets:
            yield f"a lifecycle rule is for {bucket}, which is not among the buckets"
        if places.count((bucket, prefix)) > 1:
            yield f"the prefix {prefix} of {bucket} has two lifecycle rules"
