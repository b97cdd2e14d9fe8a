"""A node emptied, opened and forgotten on a cluster that is played (scenario `k3s`: a real one)."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.k3s.node import (
    CLOSED,
    Node,
    NodeError,
)
from ansible_collections.stratum.platform.plugins.module_utils.kube.problem import KubeError


class Played:
    """One node and its pods; an evicted pod goes at once unless it is held."""

    def __init__(self, pods: list[dict[str, Any]], held: tuple[str, ...] = ()) -> None:
        conditions = [{"type": "Ready", "status": "True"}]
        addresses = [{"type": "InternalIP", "address": "192.0.2.11"}]
        self.node: dict[str, Any] | None = {
            "metadata": {"name": "s1", "uid": "1"},
            "spec": {},
            "status": {"conditions": conditions, "addresses": addresses},
        }
        self.pods, self.held = pods, held

    def get(self, key: object) -> dict[str, Any] | None:
        return self.node

    def merge(self, key: object, change: dict[str, Any]) -> None:
        assert self.node
        for part, values in (("spec", change["spec"]), ("metadata", change["metadata"])):
            self.node[part] |= values

    def list(self, *_kind: str, fields: dict[str, str]) -> tuple[list[dict[str, Any]], str]:
        return list(self.pods), ""

    def evict(self, namespace: str, name: str) -> None:
        if name in self.held:
            raise KubeError("it would violate the pod's disruption budget.", f"Pod {name}", "")
        self.pods = [pod for pod in self.pods if pod["metadata"]["name"] != name]

    def delete(self, key: object, uid: str) -> None:
        self.node = None


def pod(name: str, **metadata: Any) -> dict[str, Any]:
    about = {"name": name, "namespace": "default", **metadata}
    return {"metadata": about, "status": {"phase": "Running"}}


def node(cluster: Any) -> Node:
    return Node(cluster, "s1", iter(range(1000)).__next__, lambda _seconds: None)


def test_it_is_closed_and_emptied_but_of_what_belongs_to_the_node():
    daemon = pod("agent", ownerReferences=[{"kind": "DaemonSet"}])
    cluster = Played([pod("a"), daemon])
    assert node(cluster).drain(10) == ["default/a"]
    assert cluster.node and cluster.node["spec"] == {"unschedulable": True}
    assert cluster.pods == [daemon]


def test_a_pod_that_is_held_is_named_with_what_holds_it():
    with pytest.raises(NodeError) as error:
        node(Played([pod("a")], held=("a",))).drain(3)
    assert str(error.value) == (
        "the node s1 is not empty after 3 s: default/a (Pod a: it would violate the pod's "
        "disruption budget.); it stays closed to new pods. Mend what holds them, or give more "
        "k3s_drain_seconds"
    )


def test_only_a_node_that_was_closed_by_this_is_opened():
    cluster = Played([])
    assert node(cluster).close()
    assert node(cluster).open()
    assert cluster.node and cluster.node["metadata"]["annotations"] == {CLOSED: None}
    cluster.node["metadata"]["annotations"] = {}
    cluster.node["spec"] = {"unschedulable": True}
    assert not node(cluster).open()


def test_a_lost_machine_is_forgotten():
    cluster = Played([])
    assert node(cluster).forget("192.0.2.11")
    assert cluster.node is None
    assert not node(cluster).forget("192.0.2.11")


def test_another_machine_that_lives_is_not_forgotten():
    with pytest.raises(NodeError) as error:
        node(Played([])).forget("192.0.2.12")
    assert str(error.value) == (
        "the cluster has a node s1 already, at 192.0.2.11, and it is Ready; give this machine "
        "another k3s_node_name"
    )
