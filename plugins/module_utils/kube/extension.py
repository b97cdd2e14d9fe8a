"""The status of what extends or guards the API: CRD, APIService, Namespace, PDB, HPA. Pure."""

from __future__ import annotations

from ..ready.status import State, Status
from .condition import find, part
from .identity import Manifest
from .related import Related


def definition(manifest: Manifest, _: Related) -> Status:
    """A CustomResourceDefinition is Current when its API is served."""
    names, established = find(manifest, "NamesAccepted"), find(manifest, "Established")
    if names and names.false:
        return Status(State.FAILED, f"its names are not accepted: {names.why}")
    if not (names and established and established.true):
        return Status(State.IN_PROGRESS, "is not established yet")
    spec = part(manifest, "spec")
    served = [version["name"] for version in spec.get("versions", []) if version.get("served")]
    return Status(State.CURRENT, f"is established; it serves {', '.join(served)}")


def api_service(manifest: Manifest, _: Related) -> Status:
    """An APIService is Current when its server answers."""
    available = find(manifest, "Available")
    if available is None:
        return Status(State.IN_PROGRESS, "is not looked at yet")
    if not available.true:
        return Status(State.IN_PROGRESS, f"is not available: {available.why}")
    return Status(State.CURRENT, "is available")


def certificate(manifest: Manifest, _: Related) -> Status:
    """A Certificate of cert-manager is Current when it has been issued as it is wanted now."""
    ready = find(manifest, "Ready")
    if ready is None or not ready.true:
        why = f": {ready.why}" if ready else " yet"
        return Status(State.IN_PROGRESS, f"has not been issued{why}")
    return Status(State.CURRENT, "has been issued")


def namespace(manifest: Manifest, _: Related) -> Status:
    """A Namespace is Current when active."""
    phase = part(manifest, "status").get("phase")
    if phase != "Active":
        return Status(State.IN_PROGRESS, f"is {phase or 'not active yet'}")
    return Status(State.CURRENT, "is active")


def disruption_budget(manifest: Manifest, _: Related) -> Status:
    """Current when it is in force; that pods are healthy is their workload's matter."""
    status = part(manifest, "status")
    allowed = find(manifest, "DisruptionAllowed")
    if allowed and allowed.reason == "SyncFailed":
        return Status(State.IN_PROGRESS, f"is not in force: {allowed.why}")
    if allowed is None:
        return Status(State.IN_PROGRESS, "its controller has not seen it yet")
    healthy, desired = status.get("currentHealthy", 0), status.get("desiredHealthy", 0)
    disruptions = status.get("disruptionsAllowed", 0)
    sentence = f"{healthy} pods are healthy, {desired} must be; {disruptions} may be disrupted"
    return Status(State.CURRENT, sentence)


def autoscaler(manifest: Manifest, _: Related) -> Status:
    """Current unless its target cannot be scaled; metrics come when pods have run a while."""
    status = part(manifest, "status")
    able, active = find(manifest, "AbleToScale"), find(manifest, "ScalingActive")
    if able and able.false:
        return Status(State.IN_PROGRESS, f"cannot scale its target: {able.why}")
    if able is None:
        return Status(State.CURRENT, "is there; its controller has not looked at it yet")
    wanted, present = status.get("desiredReplicas", 0), status.get("currentReplicas", 0)
    sentence = f"wants {wanted} replicas, there are {present}"
    if active and active.false:
        sentence += f"; it does not scale now: {active.why}"
    return Status(State.CURRENT, sentence)
