"""The settings file of `stratum-store` (contracts §6)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from stratum.settings import SettingsError, load_settings, read_secret

BucketName = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
# MinIO's own rule for access keys begins at three characters.
UserName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{2,63}$")]
Action = Literal["read", "write", "list", "delete"]


class Grant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a user may do in one bucket."""

    bucket: BucketName
    actions: Annotated[list[Action], Meta(min_length=1)]


class UserSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The name is the access key."""

    name: UserName
    secret_key_file: Path
    grants: list[Grant] = []


class StoreSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The keys are those of the administrator."""

    endpoint: Annotated[str, Meta(pattern=r"^https?://[^/\s]+/?$")]
    access_key_file: Path
    secret_key_file: Path
    buckets: Annotated[list[BucketName], Meta(min_length=1)]
    users: list[UserSettings] = []
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
    names = [user.name for user in settings.users]
    problems = [f"the user {name} is defined twice" for name in names if names.count(name) > 1]
    problems += [
        f"the user {user.name} has a grant on {grant.bucket}, which is not among the buckets"
        for user in settings.users
        for grant in user.grants
        if grant.bucket not in settings.buckets
    ]
    if problems:
        raise SettingsError("; ".join(dict.fromkeys(problems)), where=str(path))
    keys = Keys(
        admin_access=read_secret(settings.access_key_file),
        admin_secret=read_secret(settings.secret_key_file),
        users={user.name: read_secret(user.secret_key_file) for user in settings.users},
    )
    return settings, keys
