"""The status of a Pod, and in one sentence why it is not ready. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ..ready.status import State, Status
from .condition import clipped, find, part, sequence
from .identity import Manifest

ORDINARY = frozenset({"ContainerCreating", "PodInitializing"})


class Log(Enum):
    """The log that tells why a container is not ready."""

    NONE = "it has not run"
    PRESENT = "of the present run"
    PREVIOUS = "of the run before"


@dataclass(frozen=True)
class Trouble:
    """Why a pod is not ready; `serious` where waiting alone may not mend it."""

    pod: str
    sentence: str
    serious: bool
    container: str | None = None
    log: Log = Log.NONE  # which log of the container says more

    def __str__(self) -> str:
        return f"pod {self.pod}: {self.sentence}"


def status(pod: Manifest) -> Status:
    """A pod is Current when it is ready, or has completed."""
    phase = part(pod, "status").get("phase")
    if phase == "Succeeded":
        return Status(State.CURRENT, "has completed")
    if ready(pod):
        count = len(pod["spec"]["containers"])
        return Status(State.CURRENT, f"{count} of {count} containers are ready")
    trouble = trouble_of(pod)
    return Status(State.FAILED if phase == "Failed" else State.IN_PROGRESS, trouble.sentence)


def ready(pod: Manifest) -> bool:
    """Whether its Ready condition holds."""
    found = find(pod, "Ready")
    return bool(found and found.true) and not pod["metadata"].get("deletionTimestamp")


def troubles(pods: Iterable[Manifest]) -> list[Trouble]:
    """Of all pods that are not ready: the serious ones first, then the newest."""
    found = [
        (not trouble.serious, _negated(pod["metadata"].get("creationTimestamp") or ""), trouble)
        for pod in pods
        if not ready(pod) and part(pod, "status").get("phase") != "Succeeded"
        for trouble in [trouble_of(pod)]
    ]
    return [trouble for *_, trouble in sorted(found, key=lambda entry: (*entry[:2], entry[2].pod))]


def trouble_of(pod: Manifest) -> Trouble:
    """What keeps a pod that is not ready."""
    name = pod["metadata"]["name"]
    if pod["metadata"].get("deletionTimestamp"):
        return Trouble(name, "is being deleted", serious=False)
    state = part(pod, "status")
    return (
        _failed(name, state)
        or _unscheduled(name, pod)
        or _init_trouble(name, pod)
        or _container_trouble(name, pod)
        or _gate_trouble(name, pod)
        or Trouble(name, "waits for its node to start it", serious=False)
    )


def _failed(name: str, state: dict[str, Any]) -> Trouble | None:
    if state.get("phase") != "Failed":
        return None
    for container in _statuses(state, "initContainerStatuses", "containerStatuses"):
        ended = part(part(container, "state"), "terminated")
        if ended.get("exitCode"):
            sentence = f"container {container['name']} ended with {_exit(ended)}"
            return Trouble(name, sentence, True, container["name"], Log.PRESENT)
    why = ": ".join(clipped(str(state[key])) for key in ("reason", "message") if state.get(key))
    return Trouble(name, f"has failed{': ' + why if why else ''}", serious=True)


def _unscheduled(name: str, pod: Manifest) -> Trouble | None:
    found = find(pod, "PodScheduled")
    if found is None or not found.false:
        return None
    if found.reason == "SchedulingGated":
        gates = ", ".join(gate["name"] for gate in sequence(pod["spec"].get("schedulingGates")))
        return Trouble(name, f"waits for its scheduling gates: {gates}", serious=True)
    return Trouble(name, f"cannot be scheduled: {found.why}", serious=True)


def _init_trouble(name: str, pod: Manifest) -> Trouble | None:
    sidecars = {
        container["name"]
        for container in sequence(pod["spec"].get("initContainers"))
        if container.get("restartPolicy") == "Always"
    }
    for container in _statuses(part(pod, "status"), "initContainerStatuses"):
        ended = part(part(container, "state"), "terminated")
        if container["name"] in sidecars:
            if not container.get("started"):
                return _trouble(name, container, "init container")
        elif not ended or ended.get("exitCode"):
            return _trouble(name, container, "init container")
    return None


def _container_trouble(name: str, pod: Manifest) -> Trouble | None:
    found = [
        _trouble(name, container, "container")
        for container in _statuses(part(pod, "status"), "containerStatuses")
        if not container.get("ready")
    ]
    return next((trouble for trouble in found if trouble.serious), found[0] if found else None)


def _gate_trouble(name: str, pod: Manifest) -> Trouble | None:
    for gate in sequence(pod["spec"].get("readinessGates")):
        found = find(pod, gate["conditionType"])
        if found is None or not found.true:
            sentence = f"waits for its readiness gate {gate['conditionType']}"
            return Trouble(name, sentence, serious=True)
    return None


def _trouble(pod: str, container: dict[str, Any], noun: str) -> Trouble:
    """What one container that is not ready does."""
    name, state = container["name"], part(container, "state")
    waiting, ended = part(state, "waiting"), part(state, "terminated")
    before = part(part(container, "lastState"), "terminated")
    restarts = container.get("restartCount", 0)
    reason = waiting.get("reason")
    if reason == "CrashLoopBackOff":
        sentence = f"is in CrashLoopBackOff: {_exit(before)}, {_restarts(restarts)}"
    elif waiting and (not reason or reason in ORDINARY):
        return Trouble(pod, f"{noun} {name} is being created", serious=False, container=name)
    elif waiting:
        said = clipped(str(waiting.get("message") or ""))
        sentence = f"waits: {reason}{': ' + said if said else ''}"
    elif ended:
        sentence = f"ended with {_exit(ended)}"
    else:
        sentence = "is running but not ready" if noun == "container" else "is still running"
        if before:
            sentence += f"; it ended before with {_exit(before)}, {_restarts(restarts)}"
    serious = bool(waiting or before or ended.get("exitCode"))
    log = Log.PREVIOUS if before and not ended else Log.NONE if waiting else Log.PRESENT
    return Trouble(pod, f"{noun} {name} {sentence}", serious, name, log)


def _exit(ended: dict[str, Any]) -> str:
    if "exitCode" not in ended:
        return "an unknown exit code"
    reason = ended.get("reason") or ""
    told = f" ({reason})" if reason not in ("", "Error", "Completed") else ""
    said = clipped(str(ended.get("message") or ""))
    return f"exit code {ended['exitCode']}{told}{': ' + said if said else ''}"


def _restarts(count: int) -> str:
    return f"{count} restart{'' if count == 1 else 's'}"


def _statuses(state: dict[str, Any], *names: str) -> list[dict[str, Any]]:
    return [container for name in names for container in sequence(state.get(name))]


def _negated(timestamp: str) -> tuple[int, ...]:
    """A key that sorts RFC 3339 times from new to old."""
    return tuple(-ord(character) for character in timestamp)
