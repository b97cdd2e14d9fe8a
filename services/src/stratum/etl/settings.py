"""The settings file of `stratum-etl` (contracts §6)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec

from stratum.storage import S3Settings

Identifier = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=3600)]


class WarehouseTarget(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Any ClickHouse HTTP interface: a ClickHouse server, or our own warehouse."""

    url: Annotated[str, msgspec.Meta(pattern=r"^https?://\S+$")]
    user: str
    password_file: Path
    database: Identifier = "stratum"


class EtlSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`data_dir` holds nothing but the lock that keeps a second loader out."""

    s3: S3Settings
    warehouse: WarehouseTarget
    data_dir: Path
    interval_seconds: Seconds = 10.0
    full_list_seconds: Seconds = 60.0
    address: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 8481
    log_level: str = "info"
