"""The settings file of `stratum-warehouse` (contracts §6)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec

from stratum.settings import SettingsError, load_settings, read_secret
from stratum.warehouse.access import Access
from stratum.warehouse.users import User

Name = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*$")]
Identifier = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
Positive = Annotated[int, msgspec.Meta(gt=0)]


class UserSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: Name
    password_file: Path
    access: Access


class WarehouseSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`database` is created at start; it is the one that `ingest` users may write to."""

    data_dir: Path
    users: Annotated[list[UserSettings], msgspec.Meta(min_length=1)]
    address: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 8123
    database: Identifier = "stratum"
    query_timeout_seconds: Positive = 60
    max_threads: Positive = 2
    parallel_queries: Positive = 8
    max_body_bytes: Positive = 256 * 1024 * 1024
    log_level: str = "info"


def read_settings(path: Path) -> tuple[WarehouseSettings, tuple[User, ...]]:
    """The settings and the users with their passwords."""
    settings = load_settings(path, WarehouseSettings)
    names = [user.name for user in settings.users]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SettingsError(f"the user {twice[0]} is defined twice", where=str(path))
    users = tuple(
        User(user.name, read_secret(user.password_file), user.access) for user in settings.users
    )
    return settings, users
