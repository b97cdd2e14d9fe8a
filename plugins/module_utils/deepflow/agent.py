"""The values of DeepFlow's chart for agents alone, on a cluster whose server is elsewhere. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .parts import Composed, check_cluster, image, merged, secrets

ROLE = "deepflow_agent"


def agent_values(inputs: Mapping[str, Any]) -> Composed:
    """All that the role's inputs say, without their prefix; `values` go over what is made here."""
    found = Composed()
    check_cluster(f"{ROLE}_cluster", inputs, found.problems)
    if not inputs["servers"]:
        found.problems.add(f"{ROLE}_servers", "is empty", "give addresses of the server")
    made: dict[str, Any] = {
        "deepflowServerNodeIPS": list(inputs["servers"]),
        "controllerPort": inputs["port_number"],
        "deepflowK8sClusterID": inputs["cluster_id"],
        "clusterNAME": inputs["cluster_name"],
        "agentGroupID": inputs["group"],
        "timezone": inputs["timezone"],
        "hostNetwork": str(inputs["host_network"]).lower(),
        "dnsPolicy": "ClusterFirstWithHostNet" if inputs["host_network"] else "ClusterFirst",
        "imagePullSecrets": secrets(inputs["pull_secrets"]),
        "tolerations": list(inputs["tolerations"]),
        "image": {"pullPolicy": "IfNotPresent"},
    }
    if inputs["image"]:
        made["image"] |= image(f"{ROLE}_image", inputs["image"], found.problems)
    found.values = merged(made, inputs["values"])
    return found
