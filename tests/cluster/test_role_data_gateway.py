"""The roles object_store, loki and data_gateway as pods: a line through the door, to the bucket.

The gateway's clients come by the Service's name and by a port of the node, over TLS of its own CA.
"""

from __future__ import annotations

import json
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from minio import Minio

from ansible_collections.stratum.platform.plugins.module_utils.gateway import authority
from ansible_collections.stratum.platform.tests.integration.conftest import wait_until
from log_store import LogStore, body, lines, told_openly
from pods import Pods
from roles import Role
from testbed.cluster import Cluster
from testbed.services_images import build_services

pytestmark = pytest.mark.platform

ROOM = "test-data-gateway"
SERVICE = f"data-gateway.{ROOM}.svc"
PASSWORDS = {"writer": "a password of the writer", "reader": "a password of the reader"}
STORE_KEYS = {"admin": "a-key-of-the-admin", "loki": "a-key-of-loki-itself"}
NODE_PORT = 31843
PUSH, QUERY = "/loki/api/v1/push", "/loki/api/v1/query_range"
PATIENCE_SECONDS = 60
IDENTITIES = [
    {
        "name": "admin",
        "access_key": "admin",
        "secret_key": STORE_KEYS["admin"],
        "actions": ["Admin"],
    },
    {
        "name": "loki",
        "access_key": "loki",
        "secret_key": STORE_KEYS["loki"],
        "actions": ["Read:loki", "Write:loki", "List:loki", "Delete:loki"],
    },
]
LOKI = {
    "loki_storage": "s3",
    "loki_storage_size": "1Gi",
    "loki_stop_seconds": 20,
    "loki_s3_endpoint": f"http://object-store.{ROOM}.svc:8333",
    "loki_s3_bucket": "loki",
    "loki_s3_access_key": "loki",
    "loki_s3_secret_key": STORE_KEYS["loki"],
}


@dataclass(frozen=True)
class Door:
    """The installed gateway, and its clients."""

    role: Role
    image: str
    inputs: dict[str, Any]

    def install(self, *options: str, **more: Any) -> int:
        """How many tasks changed something."""
        return self.role.install({**self.inputs, **more}, *options, image=self.image).changed

    @property
    def trust(self) -> ssl.SSLContext:
        """Nothing but its own CA."""
        kept = self.role.folder / "state" / "secrets" / "data_gateway.authority"
        return ssl.create_default_context(cadata=authority.read(kept.read_text()).certificate)

    @property
    def address(self) -> str:
        words = ("get", "service/data-gateway", "--output=jsonpath={.spec.clusterIP}")
        return self.role.cluster.kubectl("-n", ROOM, *words)

    def call(
        self,
        method: str,
        path: str,
        user: str = "",
        password: str = "",
        name: str = SERVICE,
        **more: Any,
    ) -> httpx.Response:
        """As a pod does, by the name of the Service, which only pods can look up."""
        account = (user, password or PASSWORDS[user]) if user else None
        with httpx.Client(verify=self.trust, auth=account, timeout=30) as client:
            request = client.build_request(method, f"https://{self.address}:8443{path}", **more)
            request.headers["Host"] = name
            request.extensions["sni_hostname"] = name
            return client.send(request)

    def serials(self) -> set[str]:
        """Its objects by uid, without the Service's endpoints."""
        words = ("get", "deployments,pods,secrets,configmaps", "--output=json")
        found = json.loads(self.role.cluster.kubectl("-n", ROOM, *words))
        return {item["metadata"]["uid"] for item in found["items"]}


@pytest.fixture(scope="module")
def room(cluster: Cluster) -> Iterator[str]:
    """A namespace where only restricted pods are allowed."""
    cluster.kubectl("delete", "namespace", ROOM, "--ignore-not-found")
    cluster.kubectl("create", "namespace", ROOM)
    restricted = "pod-security.kubernetes.io/enforce=restricted"
    cluster.kubectl("label", "namespace", ROOM, restricted)
    yield ROOM
    cluster.kubectl("delete", "namespace", ROOM, "--wait=false")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("door")


@pytest.fixture(scope="module")
def store(cluster: Cluster, room: str, folder: Path) -> LogStore:
    """MinIO with a bucket and a user for Loki, and Loki."""
    setup = build_services(("store",))["store"]
    cluster.load(setup)
    objects = {
        "object_store_buckets": ["loki"],
        "object_store_identities": IDENTITIES,
        "object_store_setup_image": setup.by_digest,
        "object_store_chart_values": {"storage": {"size": "1Gi"}},
    }
    minio, loki = cluster.image("minio").by_digest, cluster.image("loki").by_digest
    Role(cluster, "object_store", room, folder / "store").install(objects, image=minio)
    Role(cluster, "loki", room, folder / "loki").install(LOKI, image=loki)
    return LogStore(cluster, room)


@pytest.fixture(scope="module")
def door(cluster: Cluster, store: LogStore, folder: Path) -> Door:
    inputs = {
        "data_gateway_writer_password": PASSWORDS["writer"],
        "data_gateway_reader_password": PASSWORDS["reader"],
        "data_gateway_loki_url": f"http://loki.{ROOM}.svc:3100",
        "data_gateway_service_type": "NodePort",
        "data_gateway_node_port": NODE_PORT,
        "data_gateway_names": [cluster.node_address, "logs.example.org"],
    }
    role = Role(cluster, "data_gateway", ROOM, folder / "gateway")
    found = Door(role, cluster.image("caddy").by_digest, inputs)
    found.install()
    return found


def test_a_line_through_the_door_is_found_and_its_chunk_lies_in_the_bucket(
    door: Door, store: LogStore
) -> None:
    pushed = door.call("POST", PUSH, "writer", json=body("through the door"))
    assert (pushed.status_code, pushed.text) == (204, "")

    def found() -> list[str]:
        answer = door.call("GET", QUERY, "reader", params={"query": '{job="tested"}'})
        return lines(answer)

    wait_until(lambda: found() == ["through the door"], PATIENCE_SECONDS)
    store.flush()
    wait_until(lambda: len(chunks(door)) == 1, PATIENCE_SECONDS, lambda: str(chunks(door)))
    assert found() == ["through the door"]


def chunks(door: Door) -> list[str]:
    """The keys of the chunks in the bucket, beside Loki's index and its mark of the cluster."""
    address = Pods(door.role.cluster, ROOM).url("object-store").removeprefix("http://")
    client = Minio(address, "admin", STORE_KEYS["admin"], secure=False)
    listed = client.list_objects("loki", prefix="fake/", recursive=True)
    return [str(item.object_name) for item in listed]


@pytest.mark.parametrize(
    ("method", "path", "user", "password", "status"),
    [
        ("GET", QUERY, "writer", "", 401),
        ("POST", PUSH, "reader", "", 401),
        ("POST", PUSH, "writer", "another password", 401),
        ("POST", PUSH, "", "", 401),
        ("POST", "/loki/api/v1/delete", "writer", "", 404),
        ("GET", "/config", "reader", "", 404),
        ("GET", PUSH, "writer", "", 404),
        ("GET", "/api/v1/query", "reader", "", 503),
        ("GET", "/healthz", "", "", 200),
    ],
)
def test_each_may_do_what_is_theirs_and_nothing_else(
    door: Door, method: str, path: str, user: str, password: str, status: int
) -> None:
    assert door.call(method, path, user, password).status_code == status


@pytest.mark.parametrize("name", [SERVICE, f"{SERVICE}.cluster.local", "data-gateway"])
def test_its_certificate_is_of_every_name_of_the_service(door: Door, name: str) -> None:
    assert door.call("GET", "/healthz", name=name).status_code == 200


def test_a_client_from_outside_comes_by_the_nodes_address(door: Door) -> None:
    url = f"https://{door.role.cluster.node_address}:{NODE_PORT}/healthz"
    assert httpx.get(url, verify=door.trust).status_code == 200


def test_nobody_trusts_it_by_another_name(door: Door) -> None:
    with pytest.raises(httpx.ConnectError, match=r"CERTIFICATE_VERIFY_FAILED|alert internal error"):
        door.call("GET", "/healthz", name="elsewhere.example.org")


def test_a_second_run_changes_nothing(door: Door) -> None:
    before = door.serials()
    assert door.install() == 0
    assert door.serials() == before


def test_secrets_are_told_nowhere(door: Door) -> None:
    kept = door.role.folder / "state" / "secrets" / "data_gateway.authority"
    key = authority.read(kept.read_text()).private_key.splitlines()[1]
    text = told_openly(door.role.cluster, ROOM)
    secrets = [*PASSWORDS.values(), *STORE_KEYS.values(), key, "$2b$"]
    assert [secret for secret in secrets if secret in text] == []


def test_a_changed_limit_reaches_the_running_process(door: Door) -> None:
    # Loki reads all of it before it answers, and refuses a line that long.
    large = body("x" * 1_100_000)
    assert door.call("POST", PUSH, "writer", json=large).status_code == 400
    door.install(data_gateway_body_limit_mb=1)
    assert door.call("POST", PUSH, "writer", json=large).status_code == 413


def test_another_password_holds_after_the_run_and_the_ca_stays(door: Door) -> None:
    before = door.trust.get_ca_certs()
    new = "another password of the reader"
    query = {"query": '{job="tested"}'}
    door.install(data_gateway_reader_password=new)
    assert door.call("GET", QUERY, "reader", params=query).status_code == 401
    assert door.call("GET", QUERY, "reader", new, params=query).status_code == 200
    assert door.trust.get_ca_certs() == before


def test_a_certificate_that_is_given_is_shown(door: Door, tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    given = {
        "data_gateway_tls": "given",
        "data_gateway_certificate": certificate,
        "data_gateway_private_key": key,
        "data_gateway_ca_certificate": certificate,
    }
    door.install(**given)
    shown = ssl.get_server_certificate((door.address, 8443))
    assert shown.strip() == certificate.strip()
    broken = door.role.run(
        {
            **door.inputs,
            **given,
            "data_gateway_certificate": certificate[:200] + certificate[220:],
        },
        image=door.image,
    )
    assert broken.failed
    assert "loading tls app module" in broken.text
    assert ssl.get_server_certificate((door.address, 8443)) == shown


def self_signed(folder: Path) -> tuple[str, str]:
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    words += ["-nodes", "-subj", f"/CN={SERVICE}", "-addext", f"subjectAltName=DNS:{SERVICE}"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    subprocess.run([*words, *files], check=True, capture_output=True)
    return (folder / "certificate.pem").read_text(), (folder / "key.pem").read_text()


def test_uninstalling_leaves_the_ca_for_the_next_time(door: Door) -> None:
    door.install()
    before = door.trust.get_ca_certs()
    door.role.install(door.inputs, image=door.image, tasks="absent")
    door.install()
    assert door.trust.get_ca_certs() == before
    assert door.call("GET", "/healthz").status_code == 200
