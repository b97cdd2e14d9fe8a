"""One node of a cluster, through its API server: emptied, opened, forgotten."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ..kube.connection import Cluster
from ..kube.identity import ObjectKey
from ..kube.problem import KubeError

# So that only what this closed is opened again: an operator may have closed a node too.
CLOSED = "stratum.platform/closed"
PAUSE_SECONDS = 1.0
Manifest = dict[str, Any]


class NodeError(Exception):
    """A node cannot be brought where it should be; the message says which, why and the cure."""


@dataclass(frozen=True)
class Node:
    """A node by its name; `sleep` and `clock` are the caller's."""

    cluster: Cluster
    name: str
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    @property
    def key(self) -> ObjectKey:
        return ObjectKey("v1", "Node", None, self.name)

    def seen(self) -> Manifest | None:
        """The node, or None."""
        found = self.cluster.get(self.key)
        return dict(found) if found else None

    def close(self) -> bool:
        """Let no new pod onto it; whether that changed anything."""
        node = self.seen()
        if node is None or node["spec"].get("unschedulable"):
            return False
        mark = {"metadata": {"annotations": {CLOSED: "true"}}, "spec": {"unschedulable": True}}
        self.cluster.merge(self.key, mark)
        return True

    def open(self) -> bool:
        """Let pods onto it again, where `close` closed it; whether that changed anything."""
        node = self.seen()
        if node is None or CLOSED not in (node["metadata"].get("annotations") or {}):
            return False
        mark = {"metadata": {"annotations": {CLOSED: None}}, "spec": {"unschedulable": None}}
        self.cluster.merge(self.key, mark)
        return True

    def drain(self, seconds: float) -> list[str]:
        """Close it and evict its pods; gives the pods that went.

        Raises:
            NodeError: some are still there when the time is over.
        """
        self.close()
        gone: list[str] = []
        end = self.clock() + seconds
        while left := list(self._evictable()):
            refused = [why for pod in left if (why := self._evict(pod))]
            gone += [_name(pod) for pod in left if _name(pod) not in gone]
            if self.clock() > end:
                raise NodeError(
                    f"the node {self.name} is not empty after {seconds:.0f} s: "
                    f"{', '.join(map(_name, left))}{_because(refused)}; it stays closed to new "
                    "pods. Mend what holds them, or give more k3s_drain_seconds"
                )
            self.sleep(PAUSE_SECONDS)
        return gone

    def forget(self, address: str) -> bool:
        """Delete the node of a machine that lost its data; whether there was one.

        Raises:
            NodeError: it is another machine's, and that one lives.
        """
        node = self.seen()
        if node is None:
            return False
        told = {entry["type"]: entry["address"] for entry in node["status"].get("addresses", [])}
        ready = any(
            entry["type"] == "Ready" and entry["status"] == "True"
            for entry in node["status"].get("conditions", [])
        )
        if ready and told.get("InternalIP") != address:
            raise NodeError(
                f"the cluster has a node {self.name} already, at {told.get('InternalIP')}, and it "
                "is Ready; give this machine another k3s_node_name"
            )
        self.cluster.delete(self.key, uid=node["metadata"]["uid"])
        return True

    def _evictable(self) -> Iterator[Manifest]:
        """Its pods but those that belong to the node itself, or are over."""
        pods, _version = self.cluster.list("v1", "Pod", fields={"spec.nodeName": self.name})
        for pod in pods:
            metadata = pod["metadata"]
            of_node = any(
                owner["kind"] in ("DaemonSet", "Node")
                for owner in metadata.get("ownerReferences", [])
            )
            mirror = "kubernetes.io/config.mirror" in (metadata.get("annotations") or {})
            over = pod["status"].get("phase") in ("Succeeded", "Failed")
            if not (of_node or mirror or over):
                yield dict(pod)

    def _evict(self, pod: Manifest) -> str:
        """Ask for it, as a disruption budget allows; why not, where it does not."""
        metadata = pod["metadata"]
        if metadata.get("deletionTimestamp"):
            return ""
        try:
            self.cluster.evict(str(metadata["namespace"]), str(metadata["name"]))
        except KubeError as error:
            return str(error).splitlines()[0]
        return ""


def _name(pod: Manifest) -> str:
    return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"


def _because(refused: list[str]) -> str:
    return f" ({'; '.join(refused)})" if refused else ""
