"""The role clickhouse with ClickHouse's own engine: accounts, tables and backups in a real store.

The server around the engine is a stand-in (clickhouse_stand_in/server.py says what of it).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from minio import Minio

from pods import Pods
from roles import Role
from testbed.clickhouse_image import build_clickhouse
from testbed.cluster import Cluster

pytestmark = pytest.mark.platform

BUCKET = "tables"
KEY, SECRET = "clickhouse", "the-key-of-clickhouse"
OBJECTS = {
    "object_store_chart_values": {"storage": {"size": "1Gi"}},
    "object_store_buckets": [BUCKET],
    "object_store_identities": [
        {
            "name": "admin",
            "access_key": "admin",
            "secret_key": "the-key-of-the-administrator",
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        },
        {
            "name": KEY,
            "access_key": KEY,
            "secret_key": SECRET,
            "actions": [f"{action}:{BUCKET}" for action in ("Read", "Write", "List", "Delete")],
        },
    ],
}
PASSWORDS = {name: f"{name}-password" for name in ("admin", "loader", "ingest", "reader", "other")}
GIVEN = {
    **{f"clickhouse_{name}_password": PASSWORDS[name] for name in PASSWORDS if name != "other"},
    "clickhouse_accounts": [
        {
            "name": "other",
            "password": PASSWORDS["other"],
            "grants": ["GRANT CREATE DATABASE, CREATE TABLE, INSERT, SELECT ON flows.*"],
        }
    ],
    "clickhouse_allowed_ports": [3306],
    "clickhouse_native_from": [{"podSelector": {"matchLabels": {"app": "deepflow"}}}],
    "clickhouse_storage": "s3",
    "clickhouse_storage_size": "1Gi",
    "clickhouse_s3_bucket": BUCKET,
    "clickhouse_s3_access_key": KEY,
    "clickhouse_s3_secret_key": SECRET,
    "clickhouse_s3_cache_size": "100Mi",
    "clickhouse_backup_schedule": "0 3 * * *",
    "clickhouse_resources": {"requests": {"cpu": "10m", "memory": "256Mi"}},
}
FILLED = (
    "CREATE TABLE stratum.kept (x UInt32) ENGINE = MergeTree ORDER BY x",
    "INSERT INTO stratum.kept SELECT number FROM numbers(1000)",
)


@dataclass(frozen=True)
class Server:
    """Its HTTP interface, and what lies in the bucket."""

    pods: Pods

    def ask(self, user: str, statement: str) -> str:
        """The answer, or what the engine says against it."""
        url, password = self.pods.url("clickhouse"), PASSWORDS[user]
        return httpx.post(url, content=statement, auth=(user, password), timeout=60).text.strip()

    def objects(self, prefix: str) -> list[str]:
        place = self.pods.url("object-store").removeprefix("http://")
        store = Minio(place, access_key=KEY, secret_key=SECRET, secure=False)
        found = store.list_objects(bucket_name=BUCKET, prefix=prefix, recursive=True)
        return [str(each.object_name) for each in found]


@pytest.fixture(scope="module")
def server(
    cluster: Cluster, images: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """With MinIO beside it, and a table of 1000 rows."""
    room, folder = "test-clickhouse-engine", tmp_path_factory.mktemp("clickhouse")
    engine = build_clickhouse()
    cluster.load(engine)
    cluster.kubectl("delete", "namespace", room, "--ignore-not-found")
    cluster.kubectl("create", "namespace", room)
    objects = OBJECTS | {"object_store_setup_image": images["store"]}
    store = Role(cluster, "object_store", room, folder / "store")
    store.install(objects, image=images["object_store"])
    endpoint = {"clickhouse_s3_endpoint": f"http://object-store.{room}.svc:9000"}
    role = Role(cluster, "clickhouse", room, folder / "server")
    role.install(GIVEN | endpoint, image=engine.by_digest)
    found = Server(Pods(cluster, room))
    assert [found.ask("loader", statement) for statement in FILLED] == ["", ""]
    yield found
    cluster.kubectl("delete", "namespace", room, "--wait=false")


def test_rows_lie_in_the_object_store_and_not_on_the_volume(server: Server) -> None:
    assert server.ask("reader", "SELECT sum(x) FROM stratum.kept") == "499500"
    disks = "SELECT DISTINCT disk_name FROM system.parts WHERE table = 'kept' AND active"
    assert server.ask("admin", disks) == "s3_cache"
    assert server.objects("clickhouse/data/clickhouse-0/")


def test_a_backup_of_the_schedule_brings_back_what_was_lost(server: Server) -> None:
    cronjob = server.pods.kubectl("get", "cronjob", "clickhouse-backup", "--output=json")
    template = json.loads(cronjob)["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    command = template["containers"][0]["command"][2]
    statement = command.partition('--query="')[2].rstrip().rstrip('"')
    name = "20261122T030000Z"
    statement = statement.replace("$(date -u +%Y%m%dT%H%M%SZ)", name)

    assert server.ask("admin", statement).endswith("BACKUP_CREATED")
    assert server.objects(f"clickhouse/backups/{name}/")
    server.ask("admin", "DROP DATABASE stratum SYNC")
    restore = f"RESTORE DATABASE stratum FROM S3(backup, '{name}')"
    assert server.ask("admin", restore).endswith("RESTORED")
    assert server.ask("reader", "SELECT sum(x) FROM stratum.kept") == "499500"


def test_a_further_account_has_its_own_grants_and_no_others(server: Server) -> None:
    assert server.ask("other", "CREATE DATABASE IF NOT EXISTS flows") == ""
    table = "CREATE TABLE flows.a (x UInt8) ENGINE = MergeTree ORDER BY x"
    assert server.ask("other", table) == ""
    assert server.ask("other", "SELECT x FROM stratum.kept").startswith("Code: 497.")
    assert server.ask("reader", "SELECT x FROM flows.a").startswith("Code: 497.")


def test_it_is_a_cluster_of_its_own(server: Server) -> None:
    clusters = "SELECT cluster, host_name FROM system.clusters"
    assert server.ask("admin", clusters).split() == ["stratum", "localhost"]


def test_who_speaks_the_native_protocol_finds_addresses_behind_the_service(server: Server) -> None:
    endpoints = server.pods.kubectl("get", "endpoints", "clickhouse-pods", "--output=json")
    (subset,) = json.loads(endpoints)["subsets"]
    pod = json.loads(server.pods.kubectl("get", "pod", "clickhouse-0", "--output=json"))
    assert [each["ip"] for each in subset["addresses"]] == [pod["status"]["podIP"]]
    assert {"name": "native", "port": 9000, "protocol": "TCP"} in subset["ports"]
    policy = json.loads(server.pods.kubectl("get", "networkpolicy", "clickhouse", "-o", "json"))
    (rule,) = [each for each in policy["spec"]["ingress"] if "native" in str(each["ports"])]
    assert {"podSelector": {"matchLabels": {"app": "deepflow"}}} in rule["from"]
    assert "3306" in json.dumps(policy["spec"]["egress"])
