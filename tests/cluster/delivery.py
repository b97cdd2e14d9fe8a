"""Values of the five charts that make a working delivery product in one namespace."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from testbed.images import Image

Values = dict[str, Any]
SOURCES = {"argocd": ["sample"], "github": ["sample"], "gitlab": ["sample", "sample-signing"]}


def _secret() -> str:
    return secrets.token_hex(20)


def _sample_secrets() -> dict[str, str]:
    """By their names in the chart; GitLab's signing tokens are base64 behind a prefix."""
    found = {f"{source}.{name}": _secret() for source, named in SOURCES.items() for name in named}
    return {**found, "gitlab.sample-signing": f"whsec_{secrets.token_hex(16)}"}


@dataclass(frozen=True)
class Delivery:
    """One product's secrets; `values` puts them where each chart wants them."""

    images: Mapping[str, Image] = field(default_factory=dict)
    root_password: str = field(default_factory=_secret)
    collector_key: str = field(default_factory=_secret)
    etl_key: str = field(default_factory=_secret)
    admin_password: str = field(default_factory=_secret)
    ingest_password: str = field(default_factory=_secret)
    reader_password: str = field(default_factory=_secret)
    operator_token: str = field(default_factory=_secret)
    sample_secrets: Mapping[str, str] = field(default_factory=_sample_secrets)

    def values(self) -> dict[str, Values]:
        """In the order in which they are installed."""
        return {
            "object-store": self._object_store(),
            "warehouse": self._warehouse(),
            "collector": self._collector(),
            "etl": self._etl(),
            "console": self._console(),
        }

    def write_sample_secrets(self, folder: Path) -> None:
        """The files that stratum-sample signs with."""
        for name, value in self.sample_secrets.items():
            source, _, key = name.partition(".")
            signing = "_signing" if key.endswith("-signing") else ""
            path = folder / f"collector.sample_{source}{signing}_secret"
            path.touch(mode=0o600)
            path.write_text(value)

    def _image(self, name: str) -> Values:
        image = self.images.get(name)
        return {"image": {"reference": image.by_digest, "pullPolicy": "Never"}} if image else {}

    def _object_store(self) -> Values:
        grants = {"collector": ["read", "write", "list"], "etl": ["read", "list"]}
        return {
            **self._image("minio"),
            "setup": self._image("store"),
            "storage": {"size": "1Gi"},
            "users": [
                {"name": name, "grants": [{"bucket": "stratum-raw", "actions": actions}]}
                for name, actions in grants.items()
            ],
            "secrets": {
                "root_user": "admin",
                "root_password": self.root_password,
                "user.collector": self.collector_key,
                "user.etl": self.etl_key,
            },
        }

    def _warehouse(self) -> Values:
        return {
            **self._image("warehouse"),
            "storage": {"size": "1Gi"},
            "resources": {"requests": {"cpu": "50m", "memory": "256Mi"}},
            "secrets": {
                "admin_password": self.admin_password,
                "ingest_password": self.ingest_password,
                "reader_password": self.reader_password,
            },
        }

    def _collector(self) -> Values:
        return {
            **self._image("collector"),
            "replicas": 2,
            "sealAfterSeconds": 1,
            "storage": {"size": "1Gi"},
            "maxBytes": 64 * 1024**2,
            "sources": {
                source: [{"name": name, "sample": True} for name in named]
                for source, named in SOURCES.items()
            },
            "secrets": {
                "s3_access_key": "collector",
                "s3_secret_key": self.collector_key,
                **self.sample_secrets,
            },
        }

    def _etl(self) -> Values:
        return {
            **self._image("etl"),
            "secrets": {
                "s3_access_key": "etl",
                "s3_secret_key": self.etl_key,
                "warehouse_password": self.ingest_password,
            },
        }

    def _console(self) -> Values:
        return {
            **self._image("console"),
            "viewerAccess": "open",
            "environment": "test",
            "secrets": {
                "operator_token": self.operator_token,
                "warehouse_password": self.reader_password,
            },
        }
