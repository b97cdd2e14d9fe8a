"""One product on a machine and a cluster at once, with dependencies both ways, in one run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.run import order
from environment import MACHINE, Environment, free_port_parameters
from pods import Pods
from testbed.cluster import Cluster

PODS = ["object_store", "etl"]
NODE_PORT = 31333
ENDED = {
    "object_store": "changed",
    "warehouse@local": "changed",
    "collector@local": "changed",
    "etl": "changed",
    "console@local": "changed",
}


@pytest.fixture(scope="module")
def mixed(
    cluster: Cluster,
    images: dict[str, str],
    settings: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Environment]:
    """The store and the loader as pods; the collector, the warehouse and the console here.

    The collector here writes to the store there; the loader there reads it and fills the
    warehouse here; the console here waits for the loader there.
    """
    made = Environment(tmp_path_factory.mktemp("mixed"), "mixed")
    store = {
        **settings["object_store"],
        "object_store_url": f"http://{cluster.node_address}:{NODE_PORT}",
        "object_store_chart_values": {
            "service": {"type": "NodePort", "nodePort": NODE_PORT},
            "networkPolicy": {"from": []},
        },
    }
    made.write(
        machines={"local": {**MACHINE, "address": cluster.host_address}},
        clusters={"bed": {"kubeconfig": str(cluster.kubeconfig)}},
        parameters={
            **free_port_parameters(),
            "address": cluster.host_address,
            "on_cluster": PODS,
            "namespace": "mixed",
            "images": {name: images[name] for name in PODS},
            "settings": {**settings, "object_store": store},
            "sample_data": True,
            "seal_after_seconds": 2,
        },
    )
    yield made
    made.play("uninstall", "-e", "component_purge=delivery")


def test_one_run_installs_both_kinds_in_order(mixed: Environment) -> None:
    states = mixed.install()

    verdict = order.check_journal(mixed.journal.read_bytes())
    started = {e["instance"]: e["observed"] for e in mixed.events() if e["event"] == "started"}
    assert states == ENDED
    assert verdict.violations == ()
    assert started["collector@local"]["object_store"] == 1
    assert started["etl"]["warehouse@local"] == 1
    assert started["console@local"]["etl"] == 1


def test_data_goes_through_both(cluster: Cluster, mixed: Environment) -> None:
    pods = Pods(cluster, "mixed")
    console = mixed.record("console@local")["outputs"]["url"]
    sent = mixed.send_sample(mixed.record("collector@local")["outputs"]["url"])

    pods.load_until(lambda: mixed.shows_sample(console))

    assert sent["sent"] > 100
    assert mixed.dora(console)["metrics"]["deployment_frequency"]["n"] > 10


def test_a_second_run_touches_neither(mixed: Environment) -> None:
    assert set(mixed.install().values()) == {"unchanged"}


def test_what_fails_on_the_cluster_blocks_the_machine(mixed: Environment) -> None:
    content = mixed.read()
    broken = dict(content["parameters"]["images"], etl="localhost/stratum/none:0")
    mixed.write(**{**content, "parameters": {**content["parameters"], "images": broken}})

    printed = mixed.play("site", "-e", "component_ready_timeout=20", fails=True)

    mixed.write(**content)
    assert mixed.states() == {
        "object_store": "unchanged",
        "warehouse@local": "unchanged",
        "collector@local": "unchanged",
        "etl": "failed",
        "console@local": "blocked",
    }
    assert "localhost/stratum/none:0" in printed
    assert mixed.install()["etl"] == "changed"
