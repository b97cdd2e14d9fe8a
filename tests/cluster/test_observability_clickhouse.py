"""The product observability with ClickHouse: from signed webhooks to a number and a panel.

The server is a stand-in that runs ClickHouse's own engine with the accounts of the role.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from ansible_collections.stratum.platform.plugins.module_utils.run import order
from ansible_collections.stratum.platform.tests.dashboards.grafana import Window, chosen
from environment import ROOT, UNTIL, Environment
from observability import PRODUCT, by_component, write_product
from pods import Pods
from stratum.etl.migrate import read_migrations
from testbed.clickhouse_image import build_clickhouse
from testbed.cluster import Cluster

pytestmark = pytest.mark.platform
DASHBOARDS = ROOT / "roles" / "grafana" / "files" / "dashboards"
INSTALLED = {
    "object_store",
    "clickhouse",
    "loki",
    "alerting",
    "prometheus",
    "collector",
    "etl",
    "console",
    "data_gateway",
    "grafana",
}


@pytest.fixture(scope="module")
def product(
    cluster: Cluster, images: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Environment]:
    """On one cluster, with everything of the delivery metrics."""
    namespace = f"clickhouse-{secrets.token_hex(3)}"
    engine = build_clickhouse()
    cluster.load(engine)
    found = by_component(cluster, images) | {"clickhouse": engine.by_digest}
    made = Environment(tmp_path_factory.mktemp("clickhouse"), "observability")
    write_product(made.project, found, found["data_gateway"])
    made.write(
        product=PRODUCT,
        release="1.0.0",
        clusters={"main": {"kubeconfig": str(cluster.kubeconfig)}},
        parameters={
            "place": "cluster",
            "server": "main",
            "namespace": namespace,
            "grafana": True,
            "delivery": True,
            "sample_data": True,
            "seal_after_seconds": 2,
            "clickhouse": True,
            "settings": {
                "object_store": {"object_store_setup_image": images["store"]},
                "clickhouse": {
                    "clickhouse_storage_size": "1Gi",
                    "clickhouse_resources": {"requests": {"cpu": "10m", "memory": "256Mi"}},
                },
            },
        },
    )
    yield made
    made.play("uninstall", "-e", f"component_purge={PRODUCT}")
    cluster.kubectl("delete", "namespace", namespace, "--ignore-not-found", "--wait=false")


@pytest.fixture(scope="module")
def pods(cluster: Cluster, product: Environment) -> Pods:
    """The installed product, with the sample's webhooks in its tables."""
    product.install()
    parameters = product.read()["parameters"]
    found = Pods(cluster, parameters["namespace"])
    product.send_sample(found.url("collector"))
    found.load_until(lambda: product.shows_sample(found.url("console")))
    return found


@pytest.fixture(scope="module")
def server(product: Environment, pods: Pods) -> Server:
    return Server(product, pods.url("clickhouse"))


@dataclass(frozen=True)
class Server:
    """ClickHouse's HTTP interface, asked as one of the accounts."""

    product: Environment
    url: str

    def ask(self, user: str, statement: str, **settings: str) -> httpx.Response:
        password = self.product.secret(f"clickhouse.{user}_password")
        parameters = {"database": "stratum", **settings}
        return httpx.post(
            self.url, params=parameters, content=statement, auth=(user, password), timeout=60
        )

    def rows(self, user: str, statement: str) -> list[dict[str, Any]]:
        answer = self.ask(user, f"{statement}\nFORMAT JSON")
        assert answer.status_code == 200, answer.text
        return list(answer.json()["data"])


@pytest.mark.usefixtures("pods")
def test_one_run_installs_it_in_order(product: Environment) -> None:
    assert set(product.states()) == INSTALLED
    assert set(product.states().values()) == {"changed"}
    assert order.check_journal(product.journal.read_bytes()).violations == ()


def test_signed_webhooks_become_delivery_metrics(product: Environment, pods: Pods) -> None:
    metrics: Mapping[str, Any] = product.dora(pods.url("console"))["metrics"]
    assert metrics["deployment_frequency"]["n"] > 10
    assert all(metric["value"] is not None for metric in metrics.values())


def test_every_migration_is_applied_by_the_loader(server: Server) -> None:
    applied = server.rows("reader", "SELECT name FROM migrations FINAL ORDER BY name")
    assert [row["name"] for row in applied] == sorted(each.name for each in read_migrations())


def test_every_panel_of_deliveries_is_answered_to_the_reader(server: Server) -> None:
    until = datetime.fromisoformat(UNTIL).astimezone(UTC)
    window = Window(until - timedelta(days=90), until, timedelta(days=1))
    asked = [
        (panel["title"], chosen(dashboard, window, {}).sql(target["rawSql"]))
        for dashboard in (json.loads(path.read_text()) for path in DASHBOARDS.rglob("*.json"))
        for panel in dashboard["panels"]
        for target in panel.get("targets", [])
        if "rawSql" in target
    ]
    assert len(asked) > 5
    assert [title for title, statement in asked if not server.rows("reader", statement)] == []


@pytest.mark.parametrize(
    ("user", "statement", "code"),
    [
        ("reader", "INSERT INTO rejected (reason, body) VALUES ('a', 'b')", "497"),
        ("reader", "SELECT 1 SETTINGS max_threads = 99", "452"),
        ("loader", "SELECT name FROM system.users", ""),
        ("loader", "CREATE DATABASE other", "497"),
        ("loader", "DROP TABLE rejected", "497"),
        ("loader", "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')", "497"),
        ("ingest", "SELECT reason FROM rejected", "497"),
    ],
    ids=[
        "the reader inserts",
        "the reader takes more threads",
        "the loader asks for accounts",
        "the loader makes a database",
        "the loader drops a table",
        "the loader asks another host",
        "ingest reads",
    ],
)
def test_nobody_may_do_more_than_the_role_grants(
    server: Server, user: str, statement: str, code: str
) -> None:
    answer = server.ask(user, statement)
    assert answer.headers.get("X-ClickHouse-Exception-Code", "") == code, answer.text


def test_a_wrong_password_is_refused(server: Server) -> None:
    answer = httpx.post(server.url, content="SELECT 1", auth=("reader", "another"))
    assert (answer.status_code, answer.headers["X-ClickHouse-Exception-Code"]) == (401, "516")


def test_what_was_loaded_is_there_after_the_server_was_killed(server: Server, pods: Pods) -> None:
    before = server.rows("reader", "SELECT count() AS n FROM events_raw")
    pods.kubectl("delete", "pod", "clickhouse-0", "--force", "--grace-period=0")
    pods.kubectl("wait", "pod/clickhouse-0", "--for=condition=Ready", "--timeout=120s")
    assert server.rows("reader", "SELECT count() AS n FROM events_raw") == before


@pytest.mark.usefixtures("pods")
def test_a_second_run_touches_nothing(product: Environment) -> None:
    assert set(product.install().values()) == {"unchanged"}
