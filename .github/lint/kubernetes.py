"""Runs the pipeline with act onto Kubernetes on a test machine, then joins two more machines to it.

    kubernetes.py          # as root

A wrong password of the registry, a key that is not let in, an image of the third tier that nobody
has: each run ends red, with the cause in the first lines of the summary. Then the cure, and what
joins. K3s and the makers' images that cannot be had here are played by those of the test bed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builder import builder
from hosts import GATEWAY, ROOT, Host, hosts, stranger
from registry import Registry, registry
from workflow import Run, UnexpectedError

from testbed import images
from testbed.build import binary

ENVIRONMENT = "production"
K3S = "v1.36.4+k3s1"
CONTAINERS = ("--containers", "--memory=8192")
# Component → the bed's image of it; ours come from the pipeline itself.
FOREIGN = {
    "loki": "loki",
    "alerting": "alertmanager",
    "prometheus": "prometheus",
    "data_gateway": "caddy",
    "cluster_exporter": "node-exporter",
    "cluster_transfer": "prometheus",
    "kube_state_metrics": "stand-in",
    "cluster_logs": "stand-in",
    "grafana": "stand-in",
}
MISSING = "localhost/stratum/loki@sha256:" + "0" * 64
# What fails is not waited for as long as a node may take to pull from far away.
SOON = {"ARGUMENTS": "-e component_ready_timeout=90"}
WELL = "### All 14 are well"
Parameters = dict[str, Any]


@dataclass(frozen=True)
class World:
    """What is there before the first run."""

    server: Host
    registry: Registry
    cluster: Parameters
    product: Parameters
    builder: Mapping[str, str]

    @property
    def secrets(self) -> dict[str, str]:
        return self.server.secrets() | self.registry.secrets()

    def pipeline(
        self,
        secrets: Mapping[str, str] | None = None,
        product: Parameters | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Run:
        """The pipeline, in which these secrets and parameters are other ones."""
        return Run(
            "pipeline.yml",
            "deploy",
            {"environment": ENVIRONMENT, "place": "kubernetes", "plan_only": False},
            {**self.secrets, **(secrets or {})},
            self._variables(product or self.product),
            {**self.builder, **(environment or {})},
        )

    def joining(self, kind: str, host: Host) -> Run:
        """What a machine joins with."""
        return Run(
            "setup-agent.yml",
            "join",
            {"environment": ENVIRONMENT, "kind": kind, "name": host.name},
            self.server.secrets() | host.secrets("APP_"),
            self._variables(self.product),
        )

    def _variables(self, product: Parameters) -> dict[str, object]:
        return {"CLUSTER_PARAMETERS": self.cluster, "PRODUCT_PARAMETERS": product}


def main() -> int:
    """The scenario."""
    with (
        tempfile.TemporaryDirectory(prefix="stratum-act-") as folder,
        hosts("k", "n", options=CONTAINERS) as (server, node),
        hosts("m") as (machine,),
        registry(GATEWAY, Path(folder)) as store,
        builder(store, Path(folder)) as building,
    ):
        world = World(server, store, on_cluster(store), on_it(store), building)
        red_with_the_cause(world)
        at = f"Smoke test: https://{server.address}:8443 answers"
        world.pipeline().must_be_green("the cure", at, WELL)
        agents = [("node", node, []), ("machine", machine, [at])]
        for kind, host, seen in agents:
            what = f"a {kind} that joins"
            world.joining(kind, host).must_be_green(what, *seen, "### All")
        world.pipeline().must_be_green("once more", at, WELL)
    return 0


def red_with_the_cause(world: World) -> None:
    """Each in a run of its own; the later ones get further."""
    world.pipeline({"HELM_REPO_PASSWORD": "not-the-password"}).must_be_red(
        "a wrong password of the registry",
        f"### Images were not pushed: the registry {world.registry.door} does not let "
        "HELM_REPO_USER in with HELM_REPO_PASSWORD: ",
    )
    world.pipeline({"SSH_PRIVATE_KEY": stranger()}).must_be_red(
        "a key that is not let in",
        f"### {ENVIRONMENT}-cluster: the machine cannot be used: "
        f"admin@{world.server.address}: Permission denied",
    )
    broken = {**world.product, "images": {**world.product["images"], "loki": MISSING}}
    world.pipeline(product=broken, environment=SOON).must_be_red(
        "a component of the third tier that fails", "### 1 of 14 failed: loki", "**loki**: "
    )


def on_cluster(store: Registry) -> Parameters:
    """K3s' stand-in, and where its containerd pulls from."""
    pack = [sys.executable, "tests/k3s_stand_in/pack.py", K3S]
    packed = json.loads(subprocess.check_output(pack, cwd=ROOT, text=True).splitlines()[-1])
    mirror = {"endpoint": [f"http://{store.open_door}"]}
    settings = {
        "k3s_mirror": packed["folder"],
        "k3s_registries": {"mirrors": {store.door: mirror, "localhost": mirror}},
        "k3s_settings": {"snapshotter": "overlayfs"},
    }
    file = {"name": packed["name"], "sha256": packed["sha256"]}
    return {"file": file, "settings": {"k3s": settings, "k3s_agent": settings}}


def on_it(store: Registry) -> Parameters:
    """The product, with images that are in the registry here."""
    # The helper of volumes.
    store.take(images.named("base"))
    taken = {name: store.take(images.named(name)) for name in sorted(set(FOREIGN.values()))}
    return {
        "images": {component: taken[name] for component, name in FOREIGN.items()},
        "settings": {
            "kube_state_metrics": {"kube_state_metrics_program": "kube-state-metrics"},
        },
    }


if __name__ == "__main__":
    if os.geteuid() != 0:
        sys.exit("test machines need root: run it as root")
    os.environ["PATH"] = f"{binary('helm').parent}{os.pathsep}{os.environ['PATH']}"
    try:
        sys.exit(main())
    except UnexpectedError as error:
        sys.exit(str(error))
