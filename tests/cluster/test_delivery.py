"""The product delivery as pods: from a signed webhook to the metrics that the embedded one has."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from minio import Minio
from minio.error import S3Error

from ansible_collections.stratum.platform.plugins.module_utils.run import order
from ansible_collections.stratum.platform.tests.integration.conftest import wait_until
from environment import MACHINE, Environment, free_port_parameters
from pods import Pods
from testbed.cluster import Cluster

COMPONENTS = ["object_store", "warehouse", "collector", "etl", "console"]
LASTING = ("object-store", "warehouse", "collector", "console")
NAMESPACE = "delivery"
Call = Callable[[Minio], object]


@pytest.fixture(scope="module")
def product(
    cluster: Cluster,
    images: dict[str, str],
    settings: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Environment]:
    """Every component as pods, two collectors, where only restricted pods are allowed."""
    cluster.kubectl("create", "namespace", NAMESPACE)
    cluster.kubectl(
        "label", "namespace", NAMESPACE, "pod-security.kubernetes.io/enforce=restricted"
    )
    made = Environment(tmp_path_factory.mktemp("pods"), "pods")
    made.write(
        clusters={"bed": {"kubeconfig": str(cluster.kubeconfig)}},
        parameters={
            "on_cluster": COMPONENTS,
            "namespace": NAMESPACE,
            "images": images,
            "settings": {**settings, "collector": {"collector_chart_values": {"replicas": 2}}},
            "sample_data": True,
            "seal_after_seconds": 2,
        },
    )
    yield made
    made.play("uninstall", "-e", "component_purge=delivery")
    cluster.kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found", "--wait=false")


@pytest.fixture(scope="module")
def pods(cluster: Cluster, product: Environment) -> Pods:
    """The installed product."""
    product.install()
    return Pods(cluster, NAMESPACE)


@pytest.fixture(scope="module")
def sampled(product: Environment, pods: Pods) -> Pods:
    """The product after a quarter of sample webhooks went through it."""
    product.send_sample(pods.url("collector"))
    pods.load_until(lambda: product.shows_sample(pods.url("console")))
    return pods


def test_one_run_installs_it_in_order(product: Environment, pods: Pods) -> None:
    verdict = order.check_journal(product.journal.read_bytes())
    assert product.states() == dict.fromkeys(COMPONENTS, "changed")
    assert verdict.violations == ()
    assert len(pods.uids(*LASTING)) == 6


@pytest.mark.usefixtures("pods")
def test_a_record_names_the_image_that_runs(product: Environment, images: dict[str, str]) -> None:
    assert product.record("collector")["images"] == [images["collector"]]


def test_a_second_run_touches_nothing(product: Environment, pods: Pods) -> None:
    kept = "pods,secrets,configmaps,jobs"
    before = pods.uids(*LASTING), pods.kubectl("get", kept, "--output=name")

    states = product.install()

    assert states == dict.fromkeys(COMPONENTS, "unchanged")
    assert (pods.uids(*LASTING), pods.kubectl("get", kept, "--output=name")) == before


def test_the_answer_is_the_embedded_one(
    product: Environment, sampled: Pods, tmp_path: Path
) -> None:
    embedded = Environment(tmp_path, "embedded")
    embedded.write(
        machines={"local": {**MACHINE, "address": "127.0.0.1"}},
        parameters={
            **free_port_parameters(),
            "sample_data": True,
            "seal_after_seconds": 2,
            "etl_interval_seconds": 1.0,
        },
    )
    try:
        embedded.install()
        console = embedded.record("console@local")["outputs"]["url"]
        embedded.send_sample(embedded.record("collector@local")["outputs"]["url"])
        embedded.wait_for_sample(console)

        answer = product.dora(sampled.url("console"))

        assert answer["metrics"]["deployment_frequency"]["n"] > 10
        assert answer == embedded.dora(console)
    finally:
        embedded.play("uninstall", "-e", "component_purge=delivery")


def test_both_collectors_wrote_objects_in_their_own_names(
    product: Environment, sampled: Pods
) -> None:
    # To each pod itself: one connection to the service goes to one of them.
    for seed, pod in enumerate(("collector-0", "collector-1"), start=3):
        product.send_sample(sampled.url_of_pod(pod), seed)
    store = client(sampled, "etl", product.secret("object_store.etl_secret_key"))

    def writers() -> set[str]:
        objects = store.list_objects(bucket_name="stratum-raw", recursive=True)
        keys = [str(found.object_name).rpartition("/")[2] for found in objects]
        return {"-".join(key.split("-")[:2]) for key in keys}

    wait_until(lambda: writers() == {"c1-0", "c1-1"}, 60, lambda: str(writers()))


def write(store: Minio) -> None:
    data = io.BytesIO(b"x")
    store.put_object(bucket_name="stratum-raw", object_name="events/x", data=data, length=1)


def delete(store: Minio) -> None:
    store.remove_object(bucket_name="stratum-raw", object_name="events/x")


@pytest.mark.parametrize(
    ("user", "call"),
    [("etl", write), ("etl", delete), ("collector", delete)],
    ids=["the loader writes", "the loader deletes", "the collector deletes"],
)
def test_nobody_may_do_in_the_store_what_it_was_not_given(
    product: Environment, pods: Pods, user: str, call: Call
) -> None:
    key = product.secret(f"object_store.{user}_secret_key")
    with pytest.raises(S3Error) as error:
        call(client(pods, user, key))
    assert error.value.code == "AccessDenied"


def client(pods: Pods, user: str, key: str) -> Minio:
    address = pods.url("object-store").removeprefix("http://")
    return Minio(endpoint=address, access_key=user, secret_key=key, secure=False)


def test_the_console_serves_its_page(pods: Pods) -> None:
    answer = httpx.get(f"{pods.url('console')}/deployments")
    assert (answer.status_code, "<!doctype html>" in answer.text.lower()) == (200, True)


def test_collectors_that_are_killed_keep_all_they_accepted(
    product: Environment, sampled: Pods
) -> None:
    content = product.read()
    slow = {**content["parameters"], "seal_after_seconds": 3600}
    product.write(**{**content, "parameters": slow})
    others = sampled.uids("object-store", "warehouse", "console")
    states = product.install()  # what they had is shipped; from now on all stays on their disks
    sampled.load()
    before = count_events(product, sampled)

    accepted = product.send_sample(sampled.url("collector"), seed=2)["accepted"]
    sampled.kubectl("delete", "pods", "collector-0", "collector-1", "--grace-period=0", "--force")
    product.write(**content)
    product.install()
    sampled.load_until(lambda: count_events(product, sampled) >= before + accepted)

    assert states == {**dict.fromkeys(COMPONENTS, "unchanged"), "collector": "changed"}
    assert count_events(product, sampled) == before + accepted
    assert sampled.uids("object-store", "warehouse", "console") == others


def count_events(product: Environment, pods: Pods) -> int:
    headers = {
        "X-ClickHouse-User": "reader",
        "X-ClickHouse-Key": product.secret("warehouse.reader_password"),
    }
    query = "SELECT count() FROM stratum.events_raw"
    return int(httpx.post(pods.url("warehouse"), content=query, headers=headers).text)


def test_data_outlives_an_uninstall(product: Environment, sampled: Pods) -> None:
    before = product.dora(sampled.url("console"))

    product.play("uninstall")
    ours = "--selector=app.kubernetes.io/managed-by=stratum"
    left = sampled.kubectl("get", "all,secret,configmap,lease", "--output=name", ours)
    claims = sampled.kubectl("get", "pvc", "--output=name").split()
    product.install()

    assert (left, len(claims)) == ("", 4)
    assert product.dora(sampled.url("console")) == before
