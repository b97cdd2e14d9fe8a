"""Lifecycle rules on a real MinIO, run as a process: what it keeps is what was wanted."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from minio import Minio
from minio.commonconfig import Filter
from minio.lifecycleconfig import Expiration, LifecycleConfig
from minio.lifecycleconfig import Rule as StoredRule

from ansible_collections.stratum.platform.tests.integration.conftest import free_ports, wait_until
from stratum.store.apply import apply
from stratum.store.errors import StoreError
from stratum.store.minio import Store
from stratum.store.settings import Keys, Rule, StoreSettings
from testbed.build import binary

KEYS = Keys("administrator", "a secret of hers", {})
BUCKET = "raw"
PATIENCE_SECONDS = 60
LONG, SHORT = Rule(BUCKET, "events/", 400), Rule(BUCKET, "dt=2026/tmp", 1)


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/minio/health/cluster", timeout=5).is_success
    except httpx.TransportError:
        return False


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address."""
    folder, address = tmp_path_factory.mktemp("minio"), f"127.0.0.1:{free_ports(1)}"
    keys = {"MINIO_ROOT_USER": KEYS.admin_access, "MINIO_ROOT_PASSWORD": KEYS.admin_secret}
    process = subprocess.Popen(
        [binary("minio"), "server", f"--address={address}", folder / "data"],
        env={**os.environ, **keys, "MINIO_BROWSER": "off", "HOME": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: answers(f"http://{address}"), PATIENCE_SECONDS)
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture
def settings(server: str) -> StoreSettings:
    return StoreSettings(server, Path("access"), Path("secret"), [BUCKET])


def brought(settings: StoreSettings, *rules: Rule, **more: Any) -> list[str]:
    wanted = msgspec.structs.replace(settings, lifecycle=list(rules), **more)
    return apply(Store(wanted, KEYS), wanted, KEYS)


def test_rules_are_kept_as_they_were_wanted_until_they_are_no_longer_named(
    settings: StoreSettings,
) -> None:
    brought(settings)
    assert brought(settings, LONG, SHORT) == [
        "objects below dt=2026/tmp of raw now go after 1 day",
        "objects below events/ of raw now go after 400 days",
    ]
    found = Store(settings, KEYS).lifecycle(BUCKET)
    assert found == {"stratum-events/": LONG, "stratum-dt=2026/tmp": SHORT}
    assert brought(settings, SHORT, LONG, kind="s3") == []
    assert brought(settings) == [
        "objects below dt=2026/tmp of raw now stay",
        "objects below events/ of raw now stay",
    ]
    assert Store(settings, KEYS).lifecycle(BUCKET) == {}


def test_rules_of_others_are_never_written_over(settings: StoreSettings) -> None:
    brought(settings)
    client = Minio(
        endpoint=settings.endpoint.removeprefix("http://"),
        access_key=KEYS.admin_access,
        secret_key=KEYS.admin_secret,
        secure=False,
    )
    other = StoredRule("Enabled", Filter(prefix="old/"), "archive", expiration=Expiration(days=3))
    client.set_bucket_lifecycle(bucket_name=BUCKET, config=LifecycleConfig(rules=[other]))
    assert brought(settings) == []
    with pytest.raises(StoreError) as error:
        brought(settings, LONG)
    assert "it has lifecycle rules of others (archive), which would be lost" in str(error.value)
    assert list(Store(settings, KEYS).lifecycle(BUCKET)) == ["archive"]


def test_rules_for_a_bucket_that_is_not_there_are_an_error(settings: StoreSettings) -> None:
    with pytest.raises(StoreError) as error:
        brought(settings, buckets=["nowhere"], kind="s3")
    assert str(error.value).startswith(
        f"{settings.endpoint}, bucket nowhere: the store refused: NoSuchBucket"
    )
