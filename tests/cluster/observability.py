"""The product observability on the test cluster: images, releases, its gateway's clients."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

from environment import ROOT, Environment
from testbed import images, wheels
from testbed.cluster import Cluster

PRODUCT = "observability"
NODE_PORT = 30843
# Component → the bed's image. What has no program here is played by a stand-in.
IMAGES = {
    "object_store": "minio",
    "loki": "loki",
    "alerting": "alertmanager",
    "prometheus": "prometheus",
    "data_gateway": "caddy",
    "cluster_exporter": "node-exporter",
    "cluster_transfer": "prometheus",
    "k3s_addon": "metrics-server",
    "kube_state_metrics": "stand-in",
    "cluster_logs": "stand-in",
    "grafana": "stand-in",
}
SERVICES = ("warehouse", "collector", "etl", "console")
FIRING = {
    "groups": [
        {
            "name": "test",
            "rules": [
                {
                    "alert": "AlwaysThere",
                    "expr": "vector(1)",
                    "labels": {"severity": "critical"},
                    "annotations": {"summary": "it fires"},
                }
            ],
        }
    ]
}
NO_SUCH = "localhost/stratum/caddy:9@sha256:" + "0" * 64


def by_component(cluster: Cluster, services: Mapping[str, str]) -> dict[str, str]:
    """The image of each component, on the node, by digest."""
    own = {component: cluster.image(name).by_digest for component, name in IMAGES.items()}
    return own | {name: services[name] for name in SERVICES}


def another_gateway(cluster: Cluster, image: str) -> str:
    """The gateway's image built once more: what a newer release brings, with another digest."""
    newer = images.from_binary("caddy", wheels.program("caddy"), "newer")
    cluster.load(newer)
    assert newer.by_digest != image
    return newer.by_digest


def write_product(project: Path, found: Mapping[str, str], newer_gateway: str) -> None:
    """The product as it is, with releases whose images are those of the bed.

    1.1.0 has another gateway than 1.0.0, and 1.2.0 one that is nowhere to be had.
    """
    source, target = ROOT / "products" / PRODUCT, project / "products" / PRODUCT
    (target / "releases").mkdir(parents=True)
    for name in ("product.yml.j2", "parameters.yml"):
        shutil.copy(source / name, target / name)
    lock = yaml.safe_load((source / "releases/1.0.0.yml").read_text())
    for component, image in found.items():
        entry = lock["components"][component]
        entry["images"] = [image]
        entry.pop("kubernetes", None)
    gateways = {"1.0.0": found["data_gateway"], "1.1.0": newer_gateway, "1.2.0": NO_SUCH}
    for version, image in gateways.items():
        lock["version"] = version
        lock["components"]["data_gateway"]["images"] = [image]
        (target / "releases" / f"{version}.yml").write_text(json.dumps(lock, default=str))


def told(cluster: Cluster, namespace: str, store_image: str, webhook: str) -> dict[str, Any]:
    """What the environment's file says beside product and release: everything, on one cluster."""
    return {
        "product": PRODUCT,
        "clusters": {"main": {"kubeconfig": str(cluster.kubeconfig), "groups": ["observed"]}},
        "parameters": {
            "place": "cluster",
            "server": "main",
            "namespace": namespace,
            "address": cluster.node_address,
            "observed_clusters": "observed",
            "addons": True,
            "grafana": True,
            "delivery": True,
            "sample_data": True,
            "seal_after_seconds": 2,
            "rule_packs": ["node", "cluster", "platform", "delivery"],
            "receivers": [{"name": "test", "webhook": [{"url": webhook}]}],
            "receiver": "test",
            "settings": {
                "k3s_addon": {"k3s_addon_kubelet_insecure_tls": True},
                "kube_state_metrics": {"kube_state_metrics_program": "kube-state-metrics"},
                "object_store": {"object_store_setup_image": store_image},
                "data_gateway": {
                    "data_gateway_service_type": "NodePort",
                    "data_gateway_node_port": NODE_PORT,
                },
                "alerting": {"alerting_group_wait": "1s"},
                "prometheus": {"prometheus_rules": {"test": FIRING}},
            },
        },
    }


@dataclass(frozen=True)
class Gateway:
    """Clients of the installed gateway, by its address for those outside of the cluster."""

    product: Environment
    folder: Path

    @property
    def url(self) -> str:
        return str(self.product.record("data_gateway")["outputs"]["outside_url"])

    def call(self, user: str, method: str, path: str, **more: Any) -> httpx.Response:
        """As `reader` or `writer`, trusting nothing but the gateway's own authority."""
        authority = self.folder / "authority.pem"
        authority.write_text(self.product.record("data_gateway")["outputs"]["ca_certificate"])
        password = self.product.secret(f"data_gateway.{user}_password")
        with httpx.Client(verify=str(authority), auth=(user, password), timeout=30) as client:
            return client.request(method, f"{self.url}{path}", **more)

    def samples(self, query: str) -> list[dict[str, Any]]:
        """What Prometheus answers: a list of `metric` and `value`."""
        answer = self.call("reader", "GET", "/api/v1/query", params={"query": query})
        answer.raise_for_status()
        return list(answer.json()["data"]["result"])

    def lines(self, query: str) -> list[str]:
        """What Loki answers: the lines of the last hour."""
        answer = self.call("reader", "GET", "/loki/api/v1/query_range", params={"query": query})
        answer.raise_for_status()
        streams = answer.json()["data"]["result"]
        return [line for stream in streams for _time, line in stream["values"]]
