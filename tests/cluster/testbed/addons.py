"""What a bare cluster lacks: names, volumes and, where asked for, many nodes that only pretend."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from string import Template
from typing import Any

from testbed.components import Credentials
from testbed.errors import BedError
from testbed.images import Image
from testbed.layout import MANIFESTS, Layout
from testbed.parts import PARTS
from testbed.requirements import go

FAKE_LABEL = "kwok.x-k8s.io/node"
# How nodes and pods pretend. A node without a lease counts as lost after a while, its pods too.
STAGES = ("node/fast/node-*.yaml", "node/heartbeat-with-lease/node-*.yaml", "pod/fast/pod-*.yaml")
LEASE_SECONDS = 40  # the kubelet's own
Kubectl = Callable[..., str]


def apply_names(kubectl: Kubectl, layout: Layout, coredns: Image) -> None:
    values = {"coredns_image": coredns.reference, "dns_address": layout.dns_address}
    _apply(kubectl, "coredns.yaml", values)


def apply_storage(kubectl: Kubectl, layout: Layout, base: Image) -> None:
    values = {"base_image": base.reference, "volumes": str(layout.data / "volumes")}
    _apply(kubectl, "storage.yaml", values)


def storage_flags(layout: Layout, base: Image) -> list[str]:
    path = Credentials(layout).kubeconfig("local-path-provisioner")
    return ["start", f"--kubeconfig={path}", f"--helper-image={base.reference}"]


def kwok_flags(layout: Layout) -> list[str]:
    return [
        f"--kubeconfig={Credentials(layout).kubeconfig('kwok')}",
        "--manage-all-nodes=false",
        f"--manage-nodes-with-label-selector={FAKE_LABEL}=fake",
        f"--node-lease-duration-seconds={LEASE_SECONDS}",
        *(f"--config={path}" for path in _kwok_stages()),
    ]


def _kwok_stages() -> list[Path]:
    """The stages, as kwok itself ships them beside its source."""
    command = [go(), "list", "-m", "-f", "{{.Dir}}", "sigs.k8s.io/kwok"]
    environment = {**os.environ, "GOWORK": "off"}
    asked = subprocess.run(
        command,
        cwd=PARTS["kwok"].folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    folder = Path(asked.stdout.strip()) / "kustomize" / "stage"
    found = [sorted(folder.glob(pattern)) for pattern in STAGES]
    if not all(found):
        raise BedError(f"kwok's stages are not in {folder}.", "Clean Go's module cache.")
    return [path for paths in found for path in paths]


def apply_fake_nodes(kubectl: Kubectl, count: int) -> None:
    nodes = {"apiVersion": "v1", "kind": "List", "items": [fake_node(i) for i in range(count)]}
    kubectl("apply", "--server-side", "-f", "-", stdin=json.dumps(nodes))


def fake_node(number: int) -> dict[str, Any]:
    """Its taint keeps pods away which do not say that they tolerate it."""
    name = f"kwok-{number:04d}"
    room = {"cpu": "32", "memory": "256Gi", "pods": "250"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "labels": {FAKE_LABEL: "fake", "kubernetes.io/hostname": name},
            "annotations": {"node.alpha.kubernetes.io/ttl": "0", FAKE_LABEL: "fake"},
        },
        "spec": {"taints": [{"key": FAKE_LABEL, "value": "fake", "effect": "NoSchedule"}]},
        "status": {"allocatable": room, "capacity": room},
    }


def _apply(kubectl: Kubectl, manifest: str, values: dict[str, str]) -> None:
    text = Template((MANIFESTS / manifest).read_text()).substitute(values)
    kubectl("apply", "--server-side", "-f", "-", stdin=text)
