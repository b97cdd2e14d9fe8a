"""What stands around an object: the pods it selects, the endpoints of a Service. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .condition import part, sequence
from .identity import Manifest

SERVICE_NAME = "kubernetes.io/service-name"
DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"


@dataclass(frozen=True)
class Related:
    """Objects that may concern another one; it takes from them what does.

    Attributes:
        pods: of its namespace, at least all that it selects or that use it.
        endpoint_slices: of its namespace; None where they may not be read.
        workloads: those of the same release in its namespace that run pods; at least all whose
            pods it selects.
        storage_classes: all; None where they may not be read.
    """

    pods: tuple[Manifest, ...] = ()
    endpoint_slices: tuple[Manifest, ...] | None = ()
    workloads: tuple[Manifest, ...] = ()
    storage_classes: tuple[Manifest, ...] | None = None


def pods_of(manifest: Manifest, pods: Iterable[Manifest]) -> list[Manifest]:
    """The pods that a workload's selector selects."""
    selector = part(manifest, "spec").get("selector")
    if not selector:
        return []
    namespace = manifest["metadata"].get("namespace")
    return [
        pod
        for pod in pods
        if pod["metadata"].get("namespace") == namespace
        and selects(selector, part(pod["metadata"], "labels"))
    ]


def pods_with_claim(claim: Manifest, pods: Iterable[Manifest]) -> list[Manifest]:
    """The pods that use a PersistentVolumeClaim."""
    metadata = claim["metadata"]
    return [
        pod
        for pod in pods
        if pod["metadata"].get("namespace") == metadata.get("namespace")
        and any(
            part(volume, "persistentVolumeClaim").get("claimName") == metadata["name"]
            for volume in sequence(part(pod, "spec").get("volumes"))
        )
    ]


def pods_behind(service: Manifest, workloads: Iterable[Manifest]) -> int | None:
    """How many pods the release wants behind a Service; None where it has no workload for it."""
    selector = part(service, "spec").get("selector") or {}
    behind = [
        workload
        for workload in workloads
        if workload["metadata"].get("namespace") == service["metadata"].get("namespace")
        and selects(selector, template_labels(workload))
    ]
    return sum(map(_wanted_pods, behind)) if behind else None


def endpoints_of(
    namespace: str, service: str, slices: Iterable[Manifest], *, unready: bool = False
) -> tuple[int, int]:
    """How many endpoints of a Service are ready, and how many there are.

    Args:
        namespace: the Service's.
        service: the Service's name.
        slices: EndpointSlices, of any Service.
        unready: its endpoints count as ready whether their pods are or not.
    """
    addresses: dict[tuple[str, ...], bool] = {}
    for found in slices:
        metadata = found["metadata"]
        if metadata.get("namespace") != namespace:
            continue
        if part(metadata, "labels").get(SERVICE_NAME) != service:
            continue
        for endpoint in sequence(found.get("endpoints")):
            # A missing condition means ready; one pod has an endpoint in a slice of each family.
            is_ready = unready or part(endpoint, "conditions").get("ready") is not False
            target = part(endpoint, "targetRef").get("name")
            key = (target,) if target else tuple(endpoint["addresses"])
            addresses[key] = addresses.get(key, False) or is_ready
    return sum(addresses.values()), len(addresses)


def selects(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    """Whether labels fit a selector, either a LabelSelector or a plain map."""
    if "matchLabels" not in selector and "matchExpressions" not in selector:
        return all(labels.get(key) == value for key, value in selector.items())
    plain = part(selector, "matchLabels")
    return all(labels.get(key) == value for key, value in plain.items()) and all(
        _fits(expression, labels) for expression in sequence(selector.get("matchExpressions"))
    )


def _fits(expression: dict[str, Any], labels: dict[str, str]) -> bool:
    key, values = expression["key"], sequence(expression.get("values"))
    match expression["operator"]:
        case "In":
            return labels.get(key) in values
        case "NotIn":
            return labels.get(key) not in values
        case "Exists":
            return key in labels
        case _:
            return key not in labels


def template_labels(workload: Manifest) -> dict[str, str]:
    """The labels of the pods that a workload makes; a Pod's own."""
    if workload["kind"] == "Pod":
        return part(workload["metadata"], "labels")
    template = part(part(workload, "spec"), "template")
    return part(part(template, "metadata"), "labels")


def _wanted_pods(workload: Manifest) -> int:
    """How many ready pods a workload is to have; of a DaemonSet, one for each node that fits."""
    if workload["kind"] == "DaemonSet":
        observed = part(workload, "status")
        seen = observed.get("observedGeneration") == workload["metadata"].get("generation")
        return int(observed.get("desiredNumberScheduled", 0)) if seen else 1
    return int(part(workload, "spec").get("replicas", 1))
