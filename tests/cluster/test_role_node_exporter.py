"""node_exporter on the node: what it tells, to whom, and with which rights."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from monitoring import Monitoring, monitoring_in
from testbed.cluster import Cluster

pytestmark = pytest.mark.platform

PASSWORD = "n0t-a-real-one"


@pytest.fixture
def monitoring(cluster: Cluster, namespace: str, tmp_path: Path) -> Iterator[Monitoring]:
    with monitoring_in(cluster, namespace, tmp_path) as found:
        yield found


def test_it_tells_of_the_node_to_who_knows_the_password(monitoring: Monitoring) -> None:
    told = monitoring.install("node_exporter", password=PASSWORD).text
    assert monitoring.install("node_exporter", password=PASSWORD).changed == 0

    url = f"{monitoring.pods.url('node-exporter')}/metrics"
    assert httpx.get(url).status_code == 401
    metrics = httpx.get(url, auth=("scraper", PASSWORD)).text

    assert f'nodename="{socket.gethostname()}"' in metrics
    assert 'mountpoint="/"' in metrics
    assert PASSWORD not in told + monitoring.told()


def test_it_can_change_nothing_of_the_node(monitoring: Monitoring) -> None:
    monitoring.install("node_exporter", disabled_collectors=["arp"])
    pods = json.loads(monitoring.pods.kubectl("get", "pods", "--output=json"))["items"]
    (container,) = pods[0]["spec"]["containers"]
    assert pods[0]["spec"]["automountServiceAccountToken"] is False
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    of_node = {each["mountPath"]: each["readOnly"] for each in container["volumeMounts"][1:]}
    assert of_node == {"/host/proc": True, "/host/sys": True, "/host/root": True}
    assert "--no-collector.arp" in container["command"]


def test_uninstalling_leaves_nothing(monitoring: Monitoring) -> None:
    monitoring.install("node_exporter")
    monitoring.remove("node_exporter")
    assert monitoring.pods.kubectl("get", "daemonsets,services,secrets", "--output=name") == ""
