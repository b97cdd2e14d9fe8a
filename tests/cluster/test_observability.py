"""The product observability as pods: one manifest, in tier order, from a sample to a query."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from minio import Minio

import confinement
from ansible_collections.stratum.platform.plugins.module_utils.run import order
from ansible_collections.stratum.platform.tests.integration.conftest import wait_until
from environment import Environment
from listener import Listener
from observability import (
    IMAGES,
    Gateway,
    another_gateway,
    by_component,
    told,
    write_product,
)
from pods import Pods
from testbed.cluster import Cluster
from testbed.layout import Layout

pytestmark = pytest.mark.platform
NAMESPACE = "observability"
AGENTS = ("cluster_exporter", "kube_state_metrics", "cluster_transfer", "cluster_logs")


@pytest.fixture(scope="module")
def listener(cluster: Cluster) -> Iterator[Listener]:
    """Whom the alerts are told to, on this machine."""
    with Listener(cluster.host_address) as made:
        yield made


@pytest.fixture(scope="module")
def product(
    cluster: Cluster,
    images: dict[str, str],
    listener: Listener,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Environment]:
    """All of it on one cluster, at release 1.0.0."""
    found = by_component(cluster, images)
    made = Environment(tmp_path_factory.mktemp("observability"), "observability")
    write_product(made.project, found, another_gateway(cluster, found["data_gateway"]))
    made.write(release="1.0.0", **told(cluster, NAMESPACE, images["store"], listener.url))
    yield made
    made.play("uninstall", "-e", "component_purge=observability")
    cluster.kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found", "--wait=false")


@pytest.fixture(scope="module")
def pods(cluster: Cluster, product: Environment) -> Pods:
    """The installed product."""
    product.install()
    return Pods(cluster, NAMESPACE)


@pytest.fixture(scope="module")
def edge(product: Environment) -> Iterator[Cluster]:
    """Another cluster, with the images of the agents."""
    made = Cluster(Layout("stratum-edge", "edge0", "10.234"))
    made.up()
    for agent in AGENTS:
        made.image(IMAGES[agent])
    yield made
    made.down()


@pytest.fixture(scope="module")
def gateway(product: Environment, pods: Pods, tmp_path_factory: pytest.TempPathFactory) -> Gateway:
    return Gateway(product, tmp_path_factory.mktemp("gateway"))


def until(seen: Callable[[], Any], what: str, seconds: int = 120) -> None:
    wait_until(lambda: bool(seen()), seconds, lambda: what)


@pytest.mark.usefixtures("pods")
def test_one_run_installs_all_of_it_in_order(product: Environment) -> None:
    verdict = order.check_journal(product.journal.read_bytes())
    assert set(product.states().values()) == {"changed"}
    assert len(product.states()) == 15
    assert verdict.violations == ()


@pytest.mark.usefixtures("pods")
def test_a_second_run_touches_nothing(product: Environment) -> None:
    assert set(product.install().values()) == {"unchanged"}


def test_metrics_of_the_cluster_come_through_the_gateway(
    gateway: Gateway, cluster: Cluster
) -> None:
    nodes = f'node_uname_info{{node="{cluster.layout.name}"}}'
    until(lambda: gateway.samples(nodes), "node_exporter's metrics")
    cadvisor = f'container_memory_working_set_bytes{{namespace="{NAMESPACE}",pod="loki-0"}}'
    until(lambda: gateway.samples(cadvisor), "the kubelet's metrics of containers")


def test_every_server_is_scraped(gateway: Gateway) -> None:
    wanted = {"prometheus", "alerting", "loki", "collector", "console"}
    until(
        lambda: wanted <= {found["metric"]["job"] for found in gateway.samples("up == 1")},
        f"up of {wanted}",
    )


def test_a_log_line_is_found_and_its_chunk_lies_in_the_store(
    product: Environment, pods: Pods, gateway: Gateway
) -> None:
    line = f"a line of {time.time_ns()}"
    stream = {"stream": {"app": "test"}, "values": [[str(time.time_ns()), line]]}
    pushed = gateway.call("writer", "POST", "/loki/api/v1/push", json={"streams": [stream]})
    assert pushed.status_code == 204, pushed.text
    until(lambda: line in gateway.lines('{app="test"}'), "the line")

    httpx.post(f"{pods.url('loki')}/flush").raise_for_status()

    store = Minio(
        pods.url("object-store").removeprefix("http://"),
        access_key="loki",
        secret_key=product.secret("loki.s3_secret_key"),
        secure=False,
    )
    until(lambda: list(store.list_objects(bucket_name="loki", prefix="fake/")), "its chunk")


@pytest.mark.usefixtures("pods")
def test_an_alert_is_received(listener: Listener) -> None:
    def names() -> set[str]:
        bodies = [json.loads(body) for body in listener.received]
        return {alert["labels"]["alertname"] for body in bodies for alert in body["alerts"]}

    until(lambda: "AlwaysThere" in names(), "the alert")


def test_signed_webhooks_become_delivery_metrics(product: Environment, pods: Pods) -> None:
    product.send_sample(pods.url("collector"))
    pods.load_until(lambda: product.shows_sample(pods.url("console")))
    answer = product.dora(pods.url("console"))
    assert answer["metrics"]["deployment_frequency"]["n"] > 10


def test_only_who_may_is_let_in(gateway: Gateway) -> None:
    query = {"params": {"query": "up"}}
    assert gateway.call("writer", "GET", "/api/v1/query", **query).status_code == 401
    assert gateway.call("reader", "POST", "/loki/api/v1/push", json={}).status_code == 401
    assert gateway.call("reader", "GET", "/elsewhere").status_code == 404


def test_secrets_are_in_secrets_only(product: Environment, pods: Pods) -> None:
    secrets = product.state / "secrets"
    values = {path.name: path.read_text() for path in secrets.iterdir() if path.is_file()}
    kinds = "configmaps,deployments,statefulsets,daemonsets,pods,services,jobs,cronjobs,events"
    objects = pods.kubectl("get", kinds, "--output=json")
    shown = {name for name, value in values.items() if value in objects}
    shown |= {n for n, v in values.items() if base64.b64encode(v.encode()).decode() in objects}
    assert shown == set()


def test_every_workload_is_confined(pods: Pods) -> None:
    def listed(kinds: str, *words: str) -> list[Any]:
        return list(json.loads(pods.kubectl("get", kinds, *words, "--output=json"))["items"])

    found = confinement.Namespace(
        listed("deployments,statefulsets,daemonsets,cronjobs"),
        listed("networkpolicies"),
        frozenset(
            subject["name"]
            for binding in listed("rolebindings,clusterrolebindings", "--all-namespaces")
            for subject in binding.get("subjects", [])
            if subject.get("namespace") == NAMESPACE
        ),
    )
    assert len(found.workloads) >= 12
    assert found.unexcused() == []
    assert found.unused_excuses() == []


def test_another_cluster_joins_and_its_node_appears(
    product: Environment, gateway: Gateway, edge: Cluster
) -> None:
    before = product.read()
    described = {"kubeconfig": str(edge.kubeconfig), "groups": ["observed"]}
    product.write(**before | {"clusters": before["clusters"] | {"edge": described}})
    try:
        states = product.install("--limit", "tier_agents")

        joined = {name for name, state in states.items() if state == "changed"}
        assert joined == {f"{agent}@edge" for agent in AGENTS}
        node = f'node_uname_info{{cluster="edge",node="{edge.layout.name}"}}'
        until(lambda: gateway.samples(node), "the other cluster's node")
    finally:
        product.play("uninstall", "--limit", ":&".join(["tier_agents", "*@edge"]))
        product.write(**before)


@pytest.mark.usefixtures("pods")
def test_another_release_changes_exactly_what_its_lock_differs_in(product: Environment) -> None:
    product.write(**product.read() | {"release": "1.1.0"})
    states = product.install()
    assert {name for name, state in states.items() if state != "unchanged"} == {"data_gateway"}
    assert product.record("data_gateway")["release"] == "1.1.0"


@pytest.mark.usefixtures("pods")
def test_a_broken_release_ends_with_the_reason_and_rollback_returns(
    product: Environment, gateway: Gateway
) -> None:
    before = product.record("data_gateway")["images"]
    product.write(**product.read() | {"release": "1.2.0"})

    said = product.play("site", "-e", "component_ready_timeout=20", fails=True)

    assert "ErrImageNeverPull" in said or "ImagePullBackOff" in said or "ErrImagePull" in said
    assert product.states()["data_gateway"] == "failed"
    # The old pod goes on while the new one cannot come.
    assert gateway.samples("up")

    product.play("rollback", "-e", "stratum_release=previous")

    assert product.record("data_gateway")["images"] == before
    assert {s for name, s in product.states().items() if name != "data_gateway"} == {"unchanged"}


def test_after_every_pod_was_killed_it_comes_back(
    product: Environment, pods: Pods, gateway: Gateway
) -> None:
    product.write(**product.read() | {"release": "1.1.0"})
    product.install()
    pods.kubectl("delete", "pods", "--all", "--force", "--grace-period=0", "--wait=false")

    until(lambda: set(product.install().values()) <= {"unchanged", "changed", "ok"}, "the product")
    until(lambda: gateway.samples("up"), "an answer")


def test_uninstalling_keeps_volumes_and_secrets_of_the_environment(
    product: Environment, pods: Pods
) -> None:
    claims = pods.kubectl("get", "persistentvolumeclaims", "--output=name")

    product.play("uninstall")

    assert pods.kubectl("get", "deployments,statefulsets,daemonsets", "--output=name") == ""
    assert pods.kubectl("get", "persistentvolumeclaims", "--output=name") == claims != ""
    assert product.secret("data_gateway.writer_password")
