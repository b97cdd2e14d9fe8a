"""prometheus_transfer on a cluster: what it finds arrives at a Prometheus; alerts tell of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.stratum.platform.tests.integration.conftest import wait_until
from monitoring import Monitoring, Receiver, monitoring_in, receiver
from testbed.cluster import Cluster

pytestmark = pytest.mark.platform

NAME = "prometheus-transfer"
PASSWORD = "n0t-a-real-one"
SEEN = {"alert": "KubeletSeen", "expr": 'up{job="kubelet", cluster="harbour"} == 1'}
WATCH = {"shop": {"groups": [{"name": "shop", "rules": [SEEN]}]}}
SERVER = """
import http.server
class Metrics(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/own" else 404)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(b"shop_orders 3\\n")
http.server.HTTPServer(("", 8081), Metrics).serve_forever()
"""
ANNOUNCED = {"prometheus.io/scrape": "true", "prometheus.io/path": "/own"}
LABELS = {"app.kubernetes.io/name": "shop"}
SHOP: list[dict[str, Any]] = [
    {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": "shop",
            "labels": LABELS,
            "annotations": {**ANNOUNCED, "prometheus.io/port": "8081"},
        },
        "spec": {
            "terminationGracePeriodSeconds": 0,
            "containers": [
                {
                    "name": "shop",
                    "image": "localhost/stratum/base:1",
                    "command": ["python3", "-c", SERVER],
                    # Two ports, of which only one tells metrics.
                    "ports": [{"containerPort": 8080}, {"containerPort": 8081}],
                }
            ],
        },
    },
    {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "shop", "annotations": ANNOUNCED},
        "spec": {"selector": LABELS, "ports": [{"port": 80, "targetPort": 8081}]},
    },
]


@pytest.fixture
def monitoring(cluster: Cluster, namespace: str, tmp_path: Path) -> Iterator[Monitoring]:
    with monitoring_in(cluster, namespace, tmp_path) as found:
        yield found


@pytest.fixture
def hook(cluster: Cluster) -> Iterator[Receiver]:
    with receiver(cluster) as found:
        yield found


def pushing(monitoring: Monitoring, **inputs: Any) -> dict[str, Any]:
    url = f"http://prometheus.{monitoring.namespace}.svc:9090/api/v1/write"
    return {"write_url": url, "external_labels": {"cluster": "harbour"}, **inputs}


def test_what_runs_on_the_cluster_arrives_with_its_labels(monitoring: Monitoring) -> None:
    monitoring.install("prometheus")
    monitoring.install("node_exporter", password=PASSWORD)
    monitoring.install("kube_state_metrics")
    monitoring.apply(SHOP)
    inputs = pushing(monitoring, node_password=PASSWORD)
    told = monitoring.install("prometheus_transfer", **inputs).text
    assert monitoring.install("prometheus_transfer", **inputs).changed == 0

    place = f'cluster="harbour", node="{monitoring.cluster.layout.name}"'
    ours = f'namespace="{monitoring.namespace}"'
    # This kubelet's cadvisor does not know containerd's containers, only the pods around them.
    memory = f'{{job="cadvisor", {ours}, {place}, pod="prometheus-0"}}'
    for expression in (
        f'node_uname_info{{job="node", {place}}}',
        f'kubelet_running_pods{{job="kubelet", {place}}}',
        f"container_memory_working_set_bytes{memory} / container_spec_memory_limit_bytes{memory}",
        'stand_in_info{job="kube-state-metrics", cluster="harbour"}',
        f'shop_orders{{job="shop", pod="shop", {ours}, {place}}}',
        f'shop_orders{{job="services", service="shop", {ours}, {place}}}',
    ):
        assert monitoring.found(expression)
    assert monitoring.query('up{job="shop"} == 0') == []
    assert PASSWORD not in told + monitoring.told()


def test_an_alert_on_what_arrived_reaches_the_webhook(
    monitoring: Monitoring, hook: Receiver
) -> None:
    webhook = [{"name": "hook", "webhook": [{"url": hook.url}]}]
    monitoring.install("alerting", receivers=webhook, receiver="hook", group_wait="1s")
    url = f"http://alerting.{monitoring.namespace}.svc:9093"
    monitoring.install("prometheus", rules=WATCH, alertmanager_urls=[url])
    monitoring.install("prometheus_transfer", **pushing(monitoring, discover=["kubelet"]))
    wait_until(lambda: hook.alerts() == {"KubeletSeen"}, 120, lambda: str(hook.requests))


def test_it_has_the_rights_of_what_it_looks_for(monitoring: Monitoring) -> None:
    monitoring.install("prometheus_transfer", **pushing(monitoring, discover=["kubelet"]))
    assert jobs(monitoring) == {"prometheus_transfer", "kubelet"}
    assert rights(monitoring) == {"list nodes", "get nodes/metrics"}

    monitoring.install("prometheus_transfer", **pushing(monitoring, discover=["services"]))
    assert jobs(monitoring) == {"prometheus_transfer", "services"}
    assert rights(monitoring) == {"list pods", "list services", "list endpointslices"}

    monitoring.install("prometheus_transfer", **pushing(monitoring, discover=[]))
    assert rights(monitoring) == set()
    mounted = monitoring.pods.kubectl("get", "pod", f"{NAME}-0", "--output=yaml")
    assert "serviceAccountToken" not in mounted


def jobs(monitoring: Monitoring) -> set[str]:
    """Those of the running process."""
    text = monitoring.get(NAME, "/api/v1/status/config")["data"]["yaml"]
    return {job["job_name"] for job in yaml.safe_load(text)["scrape_configs"]}


def rights(monitoring: Monitoring) -> set[str]:
    asked = [
        *(("list", kind, "") for kind in ("nodes", "pods", "services", "secrets", "configmaps")),
        ("list", "endpointslices", "discovery.k8s.io"),
        *(("get", kind, "") for kind in ("nodes/metrics", "nodes/proxy", "pods", "secrets")),
    ]
    return {
        f"{verb} {kind}" for verb, kind, group in asked if monitoring.may(NAME, verb, kind, group)
    }


def test_uninstalling_keeps_the_buffer_and_takes_the_rights(monitoring: Monitoring) -> None:
    monitoring.install("prometheus_transfer", **pushing(monitoring))
    monitoring.remove("prometheus_transfer")
    assert rights(monitoring) == set()
    left = monitoring.pods.kubectl("get", "statefulsets,pvc", "--output=name")
    assert left.split() == [f"persistentvolumeclaim/data-{NAME}-0"]
