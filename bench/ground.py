"""The test bed as benchmarks use it: namespaces made and removed, objects looked at."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "cluster"))

from testbed.build import binary
from testbed.cluster import Cluster
from testbed.layout import Layout

from .objects import KINDS, Manifest
from .usage import BenchError

BED = Layout(name="stratum-bench", interface="stratumbench0", network="10.233")
FAKE_NODES = 12
TIMEOUT = "--timeout=900s"
# Their status changes by itself, so what counts is the generation, which only a new spec changes.
BY_GENERATION = ("Deployment",)
Seen = dict[str, str]


class Ground:
    """A bed of its own, with fake nodes or none, so that tests on the usual one do not disturb."""

    def __init__(self, fake_nodes: int = FAKE_NODES) -> None:
        self._cluster = Cluster(BED)
        self._fake_nodes = fake_nodes
        self._was_up = self._cluster.is_up

    def __enter__(self) -> Ground:
        self._cluster.up(self._fake_nodes)
        return self

    def __exit__(self, *_: object) -> None:
        """Remove the bed, unless it was there before."""
        if not self._was_up:
            self._cluster.down()

    @property
    def cluster(self) -> Cluster:
        """The bed itself."""
        return self._cluster

    @property
    def kubeconfig(self) -> Path:
        """Its administrator's."""
        return self._cluster.kubeconfig

    @staticmethod
    def program(name: str) -> Path:
        """One of the bed's programs."""
        return binary(name)

    def fresh(self, namespace: str) -> None:
        """An empty namespace of that name."""
        self.drop([namespace])
        self._cluster.kubectl("create", "namespace", namespace)
        self._cluster.kubectl("-n", namespace, "wait", "serviceaccount/default", "--for=create")

    def drop(self, namespaces: Sequence[str]) -> None:
        """Remove namespaces, and wait until they are gone."""
        self._cluster.kubectl("delete", "namespace", "--ignore-not-found", TIMEOUT, *namespaces)

    def settle(self, namespace: str) -> None:
        """Wait until its pods run, so that none of them starts while the next is measured."""
        self._cluster.kubectl("-n", namespace, "rollout", "status", "deployment", TIMEOUT)

    def seen(self, namespace: str) -> Seen:
        """Its objects, `Kind/name`, each with what tells whether it was changed."""
        return {
            f"{item['kind']}/{item['metadata']['name']}": _mark(item)
            for item in self._list(",".join(KINDS), namespace)
        }

    def mark(self, settings: Manifest) -> str:
        """The live value of what `Part.changed` changes."""
        about = settings["metadata"]
        (found,) = self._list("configmaps", about["namespace"], about["name"])
        value: str = found["data"]["mark"]
        return value

    def ready_pods(self, namespace: str) -> int:
        """How many of its pods are ready."""
        pods = self._list("pods", namespace)
        conditions = [pod.get("status", {}).get("conditions", []) for pod in pods]
        ready = {"type": "Ready", "status": "True"}
        return sum(any(ready.items() <= one.items() for one in each) for each in conditions)

    def _list(self, kinds: str, namespace: str, name: str = "") -> list[dict[str, Any]]:
        only = [f"--field-selector=metadata.name={name}"] if name else []
        text = self._cluster.kubectl("get", kinds, "-n", namespace, "-o", "json", *only)
        items: list[dict[str, Any]] = json.loads(text)["items"]
        return items


def check_there(seen: Seen, wanted: Sequence[Manifest]) -> None:
    """Every wanted object must be there."""
    missing = [name for name in map(_name, wanted) if name not in seen]
    if missing:
        raise BenchError(f"{len(missing)} objects are missing, the first is {missing[0]}")


def check_changed(
    before: Seen, after: Seen, among: Sequence[Manifest], wanted: Sequence[Manifest]
) -> None:
    """Exactly the wanted ones of the objects must have been changed."""
    changed = {name for name in map(_name, among) if before.get(name) != after.get(name)}
    if changed != set(map(_name, wanted)):
        shown = ", ".join(sorted(changed)[:10]) or "nothing"
        raise BenchError(f"{len(changed)} objects were changed, not {len(wanted)}: {shown}")


def _name(manifest: Mapping[str, Any]) -> str:
    return f"{manifest['kind']}/{manifest['metadata']['name']}"


def _mark(live: Mapping[str, Any]) -> str:
    key = "generation" if live["kind"] in BY_GENERATION else "resourceVersion"
    return f"{live['metadata']['uid']} {live['metadata'][key]}"
