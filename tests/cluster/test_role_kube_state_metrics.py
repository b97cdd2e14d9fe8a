"""kube-state-metrics with exactly the rights that it needs; its program is a stand-in here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from monitoring import Monitoring, monitoring_in
from testbed.cluster import Cluster

pytestmark = pytest.mark.platform

NAME = "kube-state-metrics"


@pytest.fixture
def monitoring(cluster: Cluster, namespace: str, tmp_path: Path) -> Iterator[Monitoring]:
    with monitoring_in(cluster, namespace, tmp_path) as found:
        yield found


def test_it_runs_with_what_it_was_given_and_a_second_run_changes_nothing(
    monitoring: Monitoring,
) -> None:
    monitoring.install("kube_state_metrics", objects=["pods", "nodes"], labels=["pods=[team]"])
    again = monitoring.install(
        "kube_state_metrics", objects=["pods", "nodes"], labels=["pods=[team]"]
    )
    assert again.changed == 0
    running = httpx.get(f"{monitoring.pods.url(NAME)}/stand-in").json()["arguments"]
    assert running == [
        "--host=0.0.0.0",
        "--port=8080",
        "--telemetry-host=0.0.0.0",
        "--telemetry-port=8081",
        "--resources=nodes,pods",
        "--metric-labels-allowlist=pods=[team]",
    ]


def test_it_may_list_what_it_tells_of_and_nothing_else(monitoring: Monitoring) -> None:
    monitoring.install("kube_state_metrics")
    assert monitoring.may(NAME, "list", "pods")
    assert monitoring.may(NAME, "watch", "deployments", group="apps")
    assert not monitoring.may(NAME, "list", "secrets")
    assert not monitoring.may(NAME, "list", "configmaps")
    assert not monitoring.may(NAME, "get", "pods")

    monitoring.install("kube_state_metrics", objects=["nodes"])

    assert monitoring.may(NAME, "list", "nodes")
    assert not monitoring.may(NAME, "list", "pods")


def test_uninstalling_takes_the_rights_away(monitoring: Monitoring) -> None:
    monitoring.install("kube_state_metrics")
    monitoring.remove("kube_state_metrics")
    assert not monitoring.may(NAME, "list", "pods")
    assert monitoring.pods.kubectl("get", "deployments,services", "--output=name") == ""
