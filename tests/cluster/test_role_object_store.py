"""The role object_store as four pods that keep objects together: losses, restarts, refusals."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from minio import Minio
from minio.error import S3Error
from urllib3 import PoolManager, Retry, Timeout

from ansible_collections.stratum.platform.tests.integration.conftest import wait_until
from pods import Pods
from roles import Role
from testbed.cluster import Cluster
from testbed.services_images import build_services

pytestmark = pytest.mark.platform

BUCKET = "raw"
PATIENCE_SECONDS = 120
RULE = {"bucket": BUCKET, "prefix": "dead_letter/", "days": 30}
SMALL = {"requests": {"cpu": "20m", "memory": "128Mi"}, "limits": {"memory": "1Gi"}}


def inputs(admin_key: str = "key of the admin", **more: Any) -> dict[str, Any]:
    """Four servers, one bucket, one user beside the administrator."""
    return {
        "object_store_replicas": 4,
        "object_store_port": 9000,
        "object_store_buckets": [BUCKET],
        "object_store_identities": [
            {"name": "admin", "access_key": "admin", "secret_key": admin_key, "actions": ["Admin"]},
            {
                "name": "app",
                "access_key": "app",
                "secret_key": "key of the app",
                "actions": ["Read", "Write", "List"],
            },
        ],
        "object_store_chart_values": {"storage": {"size": "1Gi"}, "resources": SMALL},
        **more,
    }


@dataclass(frozen=True)
class Store:
    """The role in a namespace of its own, and clients of what it has installed."""

    role: Role
    images: tuple[str, str]

    @property
    def pods(self) -> Pods:
        return Pods(self.role.cluster, self.role.namespace)

    def install(self, *options: str, **given: Any) -> int:
        """How many tasks changed something."""
        return self.role.install(self._all(given), *options, image=self.images[0]).changed

    def refused(self, **given: Any) -> str:
        done = self.role.run(self._all(given), image=self.images[0])
        assert (done.failed, done.changed) == (True, 0)
        return " ".join(done.text.split())

    def client(self, user: str = "app", key: str = "key of the app", pod: str = "") -> Minio:
        """Of one server, else of them all; it tries nothing twice."""
        url = self.pods.url_of_pod(pod) if pod else self.pods.url("object-store")
        pool = PoolManager(timeout=Timeout(20), retries=Retry(0))
        return Minio(
            endpoint=url.removeprefix("http://"),
            access_key=user,
            secret_key=key,
            secure=False,
            http_client=pool,
        )

    def _all(self, given: dict[str, Any]) -> dict[str, Any]:
        return inputs(**given) | {"object_store_setup_image": self.images[1]}


@pytest.fixture(scope="module")
def store(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Installed where only restricted pods are allowed, with a rule."""
    room = "test-object-store"
    cluster.kubectl("delete", "namespace", room, "--ignore-not-found")
    cluster.kubectl("create", "namespace", room)
    cluster.kubectl("label", "namespace", room, "pod-security.kubernetes.io/enforce=restricted")
    setup = build_services(["store"])["store"]
    cluster.load(setup)
    images = (cluster.image("minio").by_digest, setup.by_digest)
    role = Role(cluster, "object_store", room, tmp_path_factory.mktemp("store"))
    made = Store(role, images)
    made.install(object_store_lifecycle=[RULE])
    yield made
    cluster.kubectl("delete", "namespace", room, "--wait=false")


def put(client: Minio, key: str) -> None:
    data = io.BytesIO(key.encode())
    client.put_object(bucket_name=BUCKET, object_name=key, data=data, length=len(key))


def get(client: Minio, key: str) -> str:
    answer = client.get_object(bucket_name=BUCKET, object_name=key)
    try:
        return answer.data.decode()
    finally:
        answer.close()
        answer.release_conn()


@dataclass
class Reader:
    """Reads one object again and again, over a new connection each time."""

    url: str
    key: str
    done: int = 0
    failures: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self.ended.wait(0.05):
            try:
                answer = httpx.get(self.url, timeout=20)
            except httpx.TransportError as error:
                self.failures.append(f"{datetime.now(UTC)}: {error!r}")
                continue
            if answer.text != self.key:
                self.failures.append(f"{datetime.now(UTC)}: {answer.status_code} {answer.text}")
            self.done += 1


@contextmanager
def reading(client: Minio, key: str) -> Iterator[Reader]:
    reader = Reader(client.presigned_get_object(BUCKET, key), key)
    thread = threading.Thread(target=reader.run)
    thread.start()
    try:
        yield reader
    finally:
        reader.ended.set()
        thread.join()


def servers(store: Store) -> list[str]:
    return store.pods.uids("object-store")


def test_four_servers_keep_a_part_each(store: Store) -> None:
    put(store.client(), "events/first")
    for pod in ("object-store-0", "object-store-3"):
        assert get(store.client(pod=pod), "events/first") == "events/first"
    assert len(servers(store)) == 4


def test_a_second_run_changes_nothing(store: Store) -> None:
    before = servers(store)
    assert store.install(object_store_lifecycle=[RULE]) == 0
    assert servers(store) == before


def test_with_one_server_lost_objects_are_read_and_written(store: Store) -> None:
    put(store.client(), "events/before")
    store.pods.kubectl("delete", "pod", "object-store-3", "--grace-period=0", "--force")
    left = store.client(pod="object-store-0")
    put(left, "events/meanwhile")
    assert [get(left, key) for key in ("events/before", "events/meanwhile")] == [
        "events/before",
        "events/meanwhile",
    ]
    rolled_out(store)
    assert get(store.client(pod="object-store-3"), "events/meanwhile") == "events/meanwhile"


def restarts(store: Store) -> set[int]:
    """How often containers were begun again in their pods."""
    words = ("get", "pods", "--selector=app.kubernetes.io/name=object-store")
    count = "--output=jsonpath={.items[*].status.containerStatuses[0].restartCount}"
    return {int(each) for each in store.pods.kubectl(*words, count).split()}


def rolled_out(store: Store) -> None:
    store.pods.kubectl("rollout", "status", "statefulset/object-store", "--timeout=240s")


def test_servers_are_restarted_one_by_one_and_no_read_fails(store: Store) -> None:
    put(store.client(), "events/read")
    before = servers(store)
    with reading(store.client(), "events/read") as reader:
        store.pods.kubectl("rollout", "restart", "statefulset/object-store")
        rolled_out(store)
    assert not set(servers(store)) & set(before)
    assert restarts(store) == {0}
    assert (reader.failures, reader.done > 100) == ([], True)


def test_what_is_older_than_its_rule_says_goes_and_the_rest_stays(store: Store) -> None:
    admin = store.client("admin", "key of the admin")
    for prefix in ("dead_letter", "events"):
        put_as_of(admin, f"{prefix}/old", datetime.now(UTC) - timedelta(days=40))
    with pytest.raises(S3Error) as error:
        wait_until(lambda: not get(admin, "dead_letter/old"), PATIENCE_SECONDS)
    assert error.value.code == "NoSuchKey"
    assert get(admin, "events/old") == "events/old"


def put_as_of(admin: Minio, key: str, time: datetime) -> None:
    """As another store's copy, which keeps the time of the first."""
    headers = {
        "X-Minio-Source-Replication-Request": "true",
        "X-Minio-Source-Mtime": time.isoformat().replace("+00:00", "Z"),
    }
    url = admin.get_presigned_url("PUT", BUCKET, key)
    httpx.put(url, content=key, headers=headers).raise_for_status()


def test_a_rule_that_is_no_longer_named_goes(store: Store) -> None:
    admin = store.client("admin", "key of the admin")
    config = admin.get_bucket_lifecycle(bucket_name=BUCKET)
    assert config is not None
    assert [rule.rule_id for rule in config.rules] == ["stratum-dead_letter/"]
    before = servers(store)
    store.install()
    assert admin.get_bucket_lifecycle(bucket_name=BUCKET) is None
    assert servers(store) == before


def test_another_key_of_the_administrator_reaches_all_servers_at_once(store: Store) -> None:
    put(store.client(), "events/kept")
    before = servers(store)
    store.install(admin_key="another key of the admin")
    assert not set(servers(store)) & set(before)
    assert get(store.client("admin", "another key of the admin"), "events/kept") == "events/kept"
    with pytest.raises(S3Error) as error:
        get(store.client("admin", "key of the admin"), "events/kept")
    assert error.value.code == "SignatureDoesNotMatch"


@pytest.mark.parametrize("count", [1, 8])
def test_another_number_of_servers_over_living_data_is_refused(store: Store, count: int) -> None:
    before = servers(store)
    said = store.refused(object_store_replicas=count)
    assert (
        f"object_store_replicas is {count}, but the data of object-store in test-object-store lies "
        "on the volumes of 4 (data-object-store-0, data-object-store-1, data-object-store-2, "
        "data-object-store-3), and MinIO cannot spread what it has anew. Nothing was touched."
    ) in said
    assert servers(store) == before


def test_volumes_without_their_servers_are_taken_up_again(store: Store) -> None:
    put(store.client(), "events/last")
    store.pods.kubectl("delete", "statefulset", "object-store", "--cascade=foreground")
    assert "lies on the volumes of 4" in store.refused(object_store_replicas=1)
    store.install(admin_key="another key of the admin")
    assert get(store.client(), "events/last") == "events/last"
