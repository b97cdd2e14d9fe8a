"""The role clickhouse on the cluster. The server is a stand-in: everything around it is real."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import socket
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import yaml

from roles import Role
from testbed.cluster import Cluster

pytestmark = pytest.mark.platform

PASSWORDS = {
    name: f"{name}-password-{'x' * 12}" for name in ("admin", "loader", "ingest", "reader")
}
SECRETS = {f"clickhouse_{name}_password": word for name, word in PASSWORDS.items()}
SMALL = {
    "clickhouse_storage_size": "1Gi",
    "clickhouse_keeper_storage_size": "1Gi",
    "clickhouse_resources": {"requests": {"cpu": "10m", "memory": "64Mi"}},
    "clickhouse_keeper_resources": {"requests": {"cpu": "10m", "memory": "32Mi"}},
}
STORE = {
    "clickhouse_s3_endpoint": "http://object-store.storage.svc:9000",
    "clickhouse_s3_bucket": "tables",
    "clickhouse_s3_access_key": "key-of-the-store",
    "clickhouse_s3_secret_key": "secret-of-the-store",
}


@pytest.fixture
def role(cluster: Cluster, namespace: str, tmp_path: Path) -> Role:
    return Role(cluster, "clickhouse", namespace, tmp_path)


@pytest.fixture(scope="session")
def image(cluster: Cluster) -> str:
    return cluster.image("stand-in").by_digest


def read(role: Role, kind: str, name: str = "clickhouse") -> dict[str, Any]:
    text = role.cluster.kubectl("-n", role.namespace, "get", kind, name, "--output=json")
    return dict(json.loads(text))


def settings(role: Role, name: str = "clickhouse", file: str = "config.yaml") -> dict[str, Any]:
    return dict(yaml.safe_load(read(role, "configmap", name)["data"][file]))


def accounts(role: Role) -> dict[str, Any]:
    text = read(role, "secret")["data"]["users.yaml"]
    return dict(yaml.safe_load(base64.b64decode(text)))


def pod_address(role: Role, pod: str = "clickhouse-0") -> str:
    return str(read(role, "pod", pod)["status"]["podIP"])


def is_open(address: str, port: int) -> bool:
    with socket.socket() as client:
        client.settimeout(5)
        return client.connect_ex((address, port)) == 0


def test_it_answers_where_its_url_says_and_nothing_changes_the_second_time(
    role: Role, image: str
) -> None:
    assert role.install(SECRETS | SMALL, image=image).changed == 1
    service = read(role, "service")["spec"]
    assert [port["name"] for port in service["ports"]] == ["http", "metrics"]
    with urllib.request.urlopen(f"http://{service['clusterIP']}:8123/ping") as answer:
        assert answer.read() == b"Ok.\n"
    assert role.install(SECRETS | SMALL, image=image).changed == 0


def test_only_the_ports_that_are_named_are_open(role: Role, image: str) -> None:
    role.install(SECRETS | SMALL, image=image)
    address = pod_address(role)
    ports = (8123, 9000, 9363, 9004, 9005, 9009)
    assert [port for port in ports if is_open(address, port)] == [8123, 9000, 9363]
    assert {name for name in settings(role) if name.endswith("_port")} == {"http_port", "tcp_port"}


def test_there_are_four_accounts_known_by_digests_and_none_called_default(
    role: Role, image: str
) -> None:
    role.install(SECRETS | SMALL, image=image)
    users = accounts(role)["users"]
    digests = {name: user["password_sha256_hex"] for name, user in users.items()}
    assert digests == {
        name: hashlib.sha256(word.encode()).hexdigest() for name, word in PASSWORDS.items()
    }
    assert users["ingest"]["grants"] == {"query": ["GRANT INSERT ON stratum.*"]}


def test_a_password_is_in_no_object_no_argument_and_no_output(role: Role, image: str) -> None:
    done = role.install(
        SECRETS | SMALL | STORE | {"clickhouse_storage": "s3"}, "--diff", image=image
    )
    kinds = "configmaps,pods,statefulsets,services,events"
    seen = role.cluster.kubectl("-n", role.namespace, "get", kinds, "--output=yaml") + done.text
    words = [*PASSWORDS.values(), STORE["clickhouse_s3_secret_key"]]
    assert [word for word in words if word in seen] == []


def test_another_limit_reaches_the_pod(role: Role, image: str) -> None:
    role.install(SECRETS | SMALL, image=image)
    before = read(role, "pod", "clickhouse-0")["metadata"]["uid"]
    changed = {"clickhouse_query_memory": "3Gi"}
    assert role.install(SECRETS | SMALL | changed, image=image).changed == 1
    assert read(role, "pod", "clickhouse-0")["metadata"]["uid"] != before
    assert accounts(role)["profiles"]["default"]["max_memory_usage"] == "3Gi"
    words = ("exec", "clickhouse-0", "--", "grep", "max_memory_usage")
    path = "/etc/stratum/secrets/users.yaml"
    seen = role.cluster.kubectl("-n", role.namespace, *words, path)
    assert "max_memory_usage: 3Gi" in seen


def test_several_servers_come_with_keeper_and_know_each_other(role: Role, image: str) -> None:
    several = {"clickhouse_replicas": 2, "clickhouse_interserver_password": "between-servers-1"}
    role.install(SECRETS | SMALL | several, image=image)
    place = f"clickhouse-pods.{role.namespace}.svc"
    found = settings(role)
    shard = found["remote_servers"]["stratum"]["shard"]
    assert shard["replica"] == [
        {"host": f"clickhouse-{number}.{place}", "port": 9000} for number in range(2)
    ]
    assert is_open(pod_address(role), found["interserver_http_port"])
    keeper = settings(role, "clickhouse-keeper", "keeper.yaml")["keeper_server"]
    hosts = [node["host"] for node in found["zookeeper"]["node"]]
    members = keeper["raft_configuration"]["server"]
    assert [member["id"] for member in members] == [1, 2, 3]
    assert [member["hostname"] for member in members] == hosts
    words = ("exec", "clickhouse-0", "--", "getent", "hosts", *hosts)
    named = role.cluster.kubectl("-n", role.namespace, *words)
    keepers = [pod_address(role, f"clickhouse-keeper-{number}") for number in range(3)]
    assert [line.split()[0] for line in named.splitlines()] == keepers
    assert [is_open(address, 9181) for address in keepers] == [True] * 3


def test_each_member_of_keeper_is_told_its_own_number(role: Role, image: str) -> None:
    several = {"clickhouse_replicas": 2, "clickhouse_interserver_password": "between-servers-1"}
    role.install(SECRETS | SMALL | several, image=image)
    words = ("--", "sh", "-c", "tr '\\0' '\\n' </proc/1/environ | grep KEEPER_ID")
    told = [
        role.cluster.kubectl("-n", role.namespace, "exec", f"clickhouse-keeper-{number}", *words)
        for number in range(3)
    ]
    assert told == [f"KEEPER_ID={number}\n" for number in (1, 2, 3)]


def test_tables_and_backups_go_to_the_store_by_a_collection_without_keys(
    role: Role, image: str
) -> None:
    given = STORE | {"clickhouse_storage": "tiered", "clickhouse_backup_schedule": "0 3 * * *"}
    role.install(SECRETS | SMALL | given, image=image)
    found = settings(role)
    disk = found["storage_configuration"]["disks"]["s3"]
    assert (
        disk["endpoint"] == f"{STORE['clickhouse_s3_endpoint']}/tables/clickhouse/data/{{replica}}/"
    )
    assert disk["secret_access_key"] == {"@from_env": "CLICKHOUSE_S3_SECRET_KEY"}
    assert found["named_collections"]["backup"]["secret_access_key"] == disk["secret_access_key"]
    assert found["remote_url_allow_hosts"] == {"host": ["object-store.storage.svc"]}
    name = "clickhouse-backup"
    role.cluster.kubectl("-n", role.namespace, "create", "job", "now", f"--from=cronjob/{name}")
    pod = read(role, "job", "now")["spec"]["template"]["spec"]["containers"][0]
    assert "TO S3(backup, '" in pod["command"][2]
    assert pod["env"][1]["valueFrom"]["secretKeyRef"] == {"name": name, "key": "password"}


def test_its_files_are_checked_before_the_server_is_touched(role: Role, image: str) -> None:
    """With the image's own program, in a pod of which only the release's revision tells."""
    role.install(SECRETS | SMALL, image=image)
    kept = read(role, "secret", "stratum.release.clickhouse.v1")["data"]["release"]
    hooks = json.loads(gzip.decompress(base64.b64decode(kept)))["hooks"]
    (pod,) = [hook["spec"] for hook in hooks if hook["kind"] == "Pod"]
    checks = [*pod["initContainers"], *pod["containers"]]
    assert [check["command"][:2] for check in checks] == [["clickhouse", "extract-from-config"]] * 2


def test_uninstalling_keeps_the_volume(role: Role, image: str) -> None:
    role.install(SECRETS | SMALL, image=image)
    role.install(SECRETS | SMALL, image=image, tasks="absent")
    kinds = "statefulsets,services,configmaps,persistentvolumeclaims"
    names = role.cluster.kubectl("-n", role.namespace, "get", kinds, "--output=name").split()
    left = [name for name in names if "kube-root-ca" not in name]
    assert left == ["persistentvolumeclaim/data-clickhouse-0"]
