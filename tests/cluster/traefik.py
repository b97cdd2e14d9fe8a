"""Traefik, the Ingress controller of K3s, and the definitions that it and the Gateway API have."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cert_manager import module_of
from roles import Role
from testbed.cluster import Cluster
from testbed.parts import PARTS

PORT = 8443
GATEWAY_KINDS = (
    "backendtlspolicies",
    "gatewayclasses",
    "gateways",
    "grpcroutes",
    "httproutes",
    "referencegrants",
    "tlsroutes",
)
READS = ["get", "list", "watch"]
RULES = [
    {
        "apiGroups": [""],
        "resources": ["configmaps", "namespaces", "nodes", "secrets", "services"],
        "verbs": READS,
    },
    {"apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"], "verbs": READS},
    {
        "apiGroups": ["networking.k8s.io"],
        "resources": ["ingressclasses", "ingresses"],
        "verbs": READS,
    },
    {"apiGroups": ["traefik.io"], "resources": ["*"], "verbs": READS},
    {"apiGroups": ["gateway.networking.k8s.io"], "resources": ["*"], "verbs": [*READS, "update"]},
]
CLASSES = [
    {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "IngressClass",
        "metadata": {"name": "traefik"},
        "spec": {"controller": "traefik.io/ingress-controller"},
    },
    {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "GatewayClass",
        "metadata": {"name": "traefik"},
        "spec": {"controllerName": "traefik.io/gateway-controller"},
    },
]


@contextmanager
def definitions_on(cluster: Cluster) -> Iterator[None]:
    """They are the whole cluster's."""
    gateway, _ = module_of("sigs.k8s.io/gateway-api", PARTS["cert-manager-controller"])
    source, _ = module_of("github.com/traefik/traefik/v3", PARTS["traefik"])
    reference = source / "docs/content/reference/dynamic-configuration"
    standard = gateway / "config/crd/standard"
    files = [reference / "kubernetes-crd-definition-v1.yml"]
    files += [standard / f"gateway.networking.k8s.io_{kind}.yaml" for kind in GATEWAY_KINDS]
    named = [f"--filename={path}" for path in files]
    cluster.kubectl("apply", "--server-side", *named)
    try:
        cluster.kubectl("wait", *named, "--for=condition=Established", "--timeout=60s")
        yield
    finally:
        cluster.kubectl("delete", *named, "--ignore-not-found", "--wait=false")


@contextmanager
def traefik_on(cluster: Cluster, namespace: str, folder: Path) -> Iterator[str]:
    """Traefik as pods; gives the address of its Service, which takes TLS at 443."""
    role = Role(cluster, "workload", namespace, folder)
    given = inputs(namespace, cluster.image("traefik").by_digest)
    role.install(given)
    try:
        address = "--output=jsonpath={.spec.clusterIP}"
        yield cluster.kubectl("-n", namespace, "get", "service/traefik", address)
    finally:
        role.run(given, tasks="absent")


def inputs(namespace: str, image: str) -> dict[str, Any]:
    return {
        "workload_name": "traefik",
        "workload_namespace": namespace,
        "workload_image": image,
        "workload_command": [
            "traefik",
            f"--entrypoints.websecure.address=:{PORT}",
            "--entrypoints.websecure.http.tls=true",
            "--entrypoints.traefik.address=:8080",
            "--ping=true",
            "--providers.kubernetescrd=true",
            "--providers.kubernetesgateway=true",
            "--providers.kubernetesingress=true",
            "--global.checknewversion=false",
        ],
        "workload_rules": RULES,
        "workload_api_access": True,
        "workload_ports": [
            {"name": "websecure", "port": PORT},
            {"name": "health", "port": 8080, "service": False},
        ],
        "workload_ready": {"httpGet": {"path": "/ping", "port": "health"}, "periodSeconds": 1},
        "workload_objects": CLASSES,
    }
