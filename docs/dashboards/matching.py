"""Narrows the metrics of an expression to what the dashboard's variables have chosen."""

from __future__ import annotations

import re

from .model import Query

# Machines bear the label machine, nodes of a cluster node; of what has none, all is chosen.
NODE = 'machine=~"$machine", node=~"$node"'
CLUSTER = 'cluster=~"$cluster"'
OF_NODES = re.compile(r"\b(node_\w+)(?:\{([^}]*)\})?")
OF_CLUSTERS = re.compile(r"\b((?:kube|kubelet|container|certmanager)_\w+)(?:\{([^}]*)\})?")


def of_nodes(expression: str, legend: str = "{{machine}}{{node}}", *, now: bool = False) -> Query:
    return Query(_narrowed(expression, OF_NODES, NODE), legend, now)


def of_clusters(expression: str, legend: str = "", *, now: bool = False) -> Query:
    return Query(_narrowed(expression, OF_CLUSTERS, CLUSTER), legend, now)


def _narrowed(expression: str, metrics: re.Pattern[str], matcher: str) -> str:
    """With the matcher before those that are there."""
    return metrics.sub(
        lambda found: f"{found[1]}{{{', '.join(filter(None, [matcher, found[2]]))}}}", expression
    )
