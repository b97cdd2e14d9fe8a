"""The collector's settings file, as one table of structs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from stratum.settings import SettingsError
from stratum.storage import S3Settings

Port = Annotated[int, Meta(ge=1, le=65535)]
Name = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,30}$")]
Positive = Annotated[int, Meta(ge=1)]

MAX_SEGMENT = 64 * 1024 * 1024


class SecretSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`sample`: what this secret authenticates is marked as sample data."""

    name: Name
    file: Path
    sample: bool = False


class SourceSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Several secrets are active at once, so that one can be rotated without a gap."""

    secrets: tuple[SecretSettings, ...] = ()


class SourcesSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    argocd: SourceSettings = SourceSettings()
    github: SourceSettings = SourceSettings()
    gitlab: SourceSettings = SourceSettings()
    metrics: SourceSettings = SourceSettings()


class CollectorSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`collector` names this instance in object keys and ids: no two may share it."""

    collector: Name
    address: str = "127.0.0.1"
    port: Port = 8480
    data_dir: Path
    s3: S3Settings
    sources: SourcesSettings
    seal_after_seconds: Annotated[float, Meta(gt=0, le=3600)] = 60.0
    seal_bytes: Annotated[int, Meta(ge=4096, le=MAX_SEGMENT)] = 32 * 1024 * 1024
    max_bytes: Positive = 2 * 1024**3
    min_free_bytes: Annotated[int, Meta(ge=0)] = 256 * 1024**2
    remember_deliveries: Positive = 200_000
    shutdown_seconds: Annotated[float, Meta(gt=0, le=600)] = 8.0
    log_level: Annotated[str, Meta(pattern="^(debug|info|warning|error)$")] = "info"


def with_name(settings: CollectorSettings, name: str) -> CollectorSettings:
    """The same settings for another instance; the name obeys the rule of the settings file."""
    try:
        valid = msgspec.convert(name, Name)
    except msgspec.ValidationError as error:
        raise SettingsError(
            f"{name!r} is no name of a collector",
            where="--collector",
            hint="use up to 31 small letters, digits and hyphens, the first no hyphen",
        ) from error
    return msgspec.structs.replace(settings, collector=valid)
