"""The console's settings file, as one table of structs (contracts §6)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from stratum.settings import SettingsError, load_settings, read_secret

Port = Annotated[int, Meta(ge=1, le=65535)]
Seconds = Annotated[int, Meta(ge=1, le=366 * 86400)]
Identifier = Annotated[str, Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
HttpAddress = Annotated[str, Meta(pattern=r"^https?://")]


class WarehouseSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    url: HttpAddress
    user: str
    password_file: Path
    database: Identifier = "stratum"
    timeout_seconds: Annotated[float, Meta(gt=0, le=600)] = 20.0
    connections: Annotated[int, Meta(ge=1, le=64)] = 8


class MetricSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far apart a deployment and what is put down to it may be (docs/metrics.md)."""

    incident_within_seconds: Seconds = 7 * 86400
    rollback_within_seconds: Seconds = 86400


class ConsoleSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`viewer_access`: `open` lets everybody look who reaches the port; `token` nobody without."""

    address: str = "127.0.0.1"
    port: Port = 8088
    product: str
    environment: str
    page_dir: Path
    state_dir: Path
    operator_token_file: Path
    viewer_access: Literal["open", "token"] = "token"
    viewer_token_file: Path | None = None
    warehouse: WarehouseSettings
    metrics: MetricSettings = MetricSettings()
    log_level: Annotated[str, Meta(pattern="^(debug|info|warning|error)$")] = "info"


class Secrets(msgspec.Struct, frozen=True):
    """What the files that the settings name hold."""

    operator_token: str
    viewer_token: str | None
    warehouse_password: str

    def __repr__(self) -> str:
        return "Secrets(…)"


def read_settings(path: Path) -> tuple[ConsoleSettings, Secrets]:
    """The settings and the secrets; viewers' own token is needed where looking is not free."""
    settings = load_settings(path, ConsoleSettings)
    viewer = settings.viewer_token_file
    secrets = Secrets(
        operator_token=read_secret(settings.operator_token_file),
        viewer_token=read_secret(viewer) if viewer else None,
        warehouse_password=read_secret(settings.warehouse.password_file),
    )
    if secrets.viewer_token == secrets.operator_token:
        raise SettingsError(
            "viewers and operators have the same token",
            where=str(viewer),
            hint="write another value into one of the two files",
        )
    return settings, secrets
