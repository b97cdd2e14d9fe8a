"""Logs of the pods of an agent's own node: where they lie, what Kubernetes knows of them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..structured.kinds import later, one_of, texts
from ..structured.reading import Key, Problems, UnfitError, read_list, read_map
from .reading import as_map, labels
from .syntax import Block, Expression, Value

PODS = "log_agent_pods"
SOURCE = "kubernetes_sd_configs"
# The pod has its node's name in the environment.
NODE = Expression('sys.env("NODE_NAME")')
OWN_PODS = Expression(f'"spec.nodeName=" + {NODE.text}')
META = "__meta_kubernetes_pod"
HASH = f"{META}_annotation_kubernetes_io_config_hash"
HAS_HASH = f"{META}_annotationpresent_kubernetes_io_config_hash"
# The folder of a container's logs: <namespace>_<pod>_<uid>/<container>.
FILES = {"separator": "/", "target_label": "__path__", "replacement": "/var/log/pods/*$1/*.log"}
RULES: Sequence[Mapping[str, object]] = (
    {"target_label": "job", "replacement": "pods"},
    {"source_labels": ["__meta_kubernetes_namespace"], "target_label": "namespace"},
    {"source_labels": [f"{META}_name"], "target_label": "pod"},
    {"source_labels": [f"{META}_container_name"], "target_label": "container"},
    {"source_labels": [f"{META}_label_app_kubernetes_io_name"], "target_label": "app"},
    {"source_labels": [f"{META}_uid", f"{META}_container_name"], **FILES},
    # A pod that a node has from a file is known to it by a digest, not by the API's uid.
    {"source_labels": [HAS_HASH, HASH, f"{META}_container_name"], "regex": "true/(.*)", **FILES},
)
# The file's name has the pod's uid in it: as a label it would make a stream of each.
STAGES: Sequence[Mapping[str, object]] = ({"cri": {}}, {"labeldrop": ["filename"]})


def _names(value: object) -> list[str]:
    if value == []:
        return []
    try:
        return texts(value)
    except UnfitError as error:
        raise UnfitError("a list of namespaces") from error


OF_PODS: Mapping[str, Key] = {
    "namespaces": Key(_names),
    "labels": Key(labels),
    "relabel_configs": Key(later),
    "pipeline_stages": Key(later),
}
OF_SOURCE: Mapping[str, Key] = {
    "role": Key(one_of("pod"), required=True),
    "namespaces": Key(later),
}
OF_NAMESPACES: Mapping[str, Key] = {"names": Key(_names)}


@dataclass(frozen=True)
class Pods:
    """What an operator says of them, as a job of promtail, and the rules that come first."""

    job: Mapping[str, object]
    rules: Sequence[Mapping[str, object]]


def pods(given: object, problems: Problems) -> Pods:
    """The job that reads all pods of the node, or those of some namespaces."""
    found = read_map(PODS, given, OF_PODS, problems)
    own = [
        {"target_label": name, "replacement": str(value).replace("$", "$$")}
        for name, value in as_map(found.get("labels")).items()
    ]
    namespaces = {"namespaces": {"names": found.get("namespaces") or []}}
    job = {
        "job_name": "pods",
        SOURCE: [{"role": "pod", **namespaces}],
        "relabel_configs": found.get("relabel_configs", []),
        "pipeline_stages": found.get("pipeline_stages", []),
    }
    return Pods(job, [*RULES, *own])


def discovery(where: str, label: str, given: object, problems: Problems) -> Iterator[Block]:
    """What finds the pods: of this node only, as each node has an agent."""
    items = read_list(where, given, problems)
    if len(items) != 1:
        problems.add(where, f"has {len(items)} items", "write one with role: pod")
        return
    place, source = items[0]
    found = read_map(place, source, OF_SOURCE, problems)
    own: dict[str, Value] = {"role": "pod", "field": OWN_PODS}
    inner = [Block("selectors", attributes=own)]
    chosen = found.get("namespaces", {})
    names = read_map(f"{place}.namespaces", chosen, OF_NAMESPACES, problems).get("names")
    if names:
        inner.append(Block("namespaces", attributes={"names": names}))
    yield Block("discovery.kubernetes", label, {"role": "pod"}, inner)
