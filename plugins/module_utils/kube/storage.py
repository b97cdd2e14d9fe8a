"""The status of PersistentVolumeClaim and PersistentVolume. Pure."""

from __future__ import annotations

from ..ready.status import State, Status
from .condition import find, part
from .identity import Manifest
from .pods import ready
from .related import DEFAULT_CLASS, Related, pods_with_claim

WITH_CONSUMER = "WaitForFirstConsumer"


def claim(manifest: Manifest, related: Related) -> Status:
    """Current when bound, or when nothing but its first pod is missing.

    A claim of a class that binds with its first consumer is as finished without one as it can
    be. Blocking on it would stop a release whose pods come later; the pods themselves do wait.
    """
    phase = part(manifest, "status").get("phase", "Pending")
    if phase == "Lost":
        volume = part(manifest, "spec").get("volumeName")
        return Status(State.FAILED, f"has lost its volume {volume}")
    if phase == "Bound":
        return _bound(manifest)
    return _pending(manifest, related)


def volume(manifest: Manifest, _: Related) -> Status:
    """Current when it can be used, or is."""
    status = part(manifest, "status")
    phase = status.get("phase", "Pending")
    if phase == "Failed":
        return Status(State.FAILED, f"has failed: {status.get('message') or 'no reason is told'}")
    if phase == "Pending":
        return Status(State.IN_PROGRESS, "is not available yet")
    return Status(State.CURRENT, f"is {phase}")


def _bound(manifest: Manifest) -> Status:
    capacity = part(part(manifest, "status"), "capacity").get("storage", "an unknown size")
    resources = part(part(manifest, "spec"), "resources")
    wanted = part(resources, "requests").get("storage")
    for kind in ("ControllerResizeError", "NodeResizeError"):
        failed = find(manifest, kind)
        if failed and failed.true:
            sentence = f"cannot grow from {capacity} to {wanted}: {failed.why}"
            return Status(State.IN_PROGRESS, sentence)
    resizing = find(manifest, "Resizing")
    if resizing and resizing.true:
        return Status(State.IN_PROGRESS, f"grows from {capacity} to {wanted}")
    sentence = f"is bound with {capacity}"
    pending = find(manifest, "FileSystemResizePending")
    if pending and pending.true:
        sentence += f"; its file system grows to {wanted} when a pod next uses it"
    return Status(State.CURRENT, sentence)


def _pending(manifest: Manifest, related: Related) -> Status:
    name = part(manifest, "spec").get("storageClassName")
    if name == "":
        return Status(State.IN_PROGRESS, "no PersistentVolume fits (its class is the empty one)")
    if related.storage_classes is None:
        return Status(State.IN_PROGRESS, "is not bound yet")
    found = _class(name, related.storage_classes)
    if found is None and name:
        return Status(State.IN_PROGRESS, f"StorageClass {name} does not exist")
    if found is None:
        return Status(State.IN_PROGRESS, "names no StorageClass, and the cluster has no default")
    provisioner = found.get("provisioner")
    consumers = [pod for pod in pods_with_claim(manifest, related.pods) if not ready(pod)]
    if found.get("volumeBindingMode") != WITH_CONSUMER:
        return Status(State.IN_PROGRESS, f"is not bound yet; {provisioner} provides its volume")
    if consumers:
        pod = consumers[0]["metadata"]["name"]
        sentence = f"is not bound yet; {provisioner} provides its volume for pod {pod}"
        return Status(State.IN_PROGRESS, sentence)
    label = found["metadata"]["name"]
    sentence = f"is not bound: StorageClass {label} binds it with the first pod that uses it"
    return Status(State.CURRENT, sentence)


def _class(name: str | None, classes: tuple[Manifest, ...]) -> Manifest | None:
    for found in classes:
        annotations = part(found["metadata"], "annotations")
        default = annotations.get(DEFAULT_CLASS) == "true"
        if found["metadata"]["name"] == name or (name is None and default):
            return found
    return None
