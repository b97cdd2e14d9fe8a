"""Why an object is not Current, as lines: its conditions, its pods, warnings, the last of a log.

No value of a Secret and nothing of a container's environment is ever read for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from ..ready.status import Status
from .condition import clipped, conditions, part, sequence
from .connection import Cluster
from .identity import Manifest, ObjectKey
from .pods import Log, Trouble, troubles
from .problem import KubeError
from .related import pods_of

PODS_SHOWN = 3
EVENTS_SHOWN = 5
LOG_LINES = 10
SHORTEST_HIDDEN = 4  # characters; hiding shorter values would make any text unreadable
EVENTLESS_NAMESPACE = "default"  # where the events of objects without a namespace are
T = TypeVar("T")


def of(
    cluster: Cluster, key: ObjectKey, status: Status, *, hidden: Sequence[str] = ()
) -> list[str]:
    """Lines that show why an object has this status.

    Args:
        cluster: where it is.
        key: the object.
        status: what is to be shown.
        hidden: values that must not be shown even where a container has logged them.
    """
    lines = [f"{key}: {status.state.value}: {status.sentence}"]
    manifest, problem = _asked(lambda: cluster.get(key))
    if manifest is None:
        return _masked([*lines, *_told(problem, "it")], hidden)
    lines += [f"  condition {found}" for found in conditions(manifest)]
    pods, problem = _asked(lambda: _pods(cluster, key, manifest))
    lines += _told(problem, "its pods")
    found = troubles(pods or [])
    lines += [f"  {trouble}" for trouble in found[:PODS_SHOWN]]
    if len(found) > PODS_SHOWN:
        lines.append(f"  and {len(found) - PODS_SHOWN} more pods")
    warnings, problem = _asked(lambda: _warnings(cluster, key, manifest, pods or []))
    lines += _told(problem, "its events") + (warnings or [])
    logged = [trouble for trouble in found if trouble.log is not Log.NONE]
    if logged:
        lines += _log(cluster, key, logged[0])
    return _masked(lines, hidden)


def _pods(cluster: Cluster, key: ObjectKey, manifest: Manifest) -> list[Manifest]:
    if key.kind == "Pod":
        return [manifest]
    selector = part(manifest, "spec").get("selector")
    if key.namespace is None or not isinstance(selector, dict) or not selector:
        return []
    plain = selector.get("matchLabels") or (selector if key.kind == "Service" else {})
    found, _ = cluster.list("v1", "Pod", key.namespace, labels=plain)
    return pods_of(manifest, found)


def _warnings(
    cluster: Cluster, key: ObjectKey, manifest: Manifest, pods: Iterable[Manifest]
) -> list[str]:
    """The newest warnings of the object, its pods, what made the pods, and their claims."""
    namespace = key.namespace or EVENTLESS_NAMESPACE
    found, _ = cluster.list("v1", "Event", namespace, fields={"type": "Warning"})
    uids = {manifest["metadata"]["uid"]}
    claims = set()
    for pod in pods:
        uids.add(pod["metadata"]["uid"])
        uids |= {owner["uid"] for owner in sequence(pod["metadata"].get("ownerReferences"))}
        for volume in sequence(pod["spec"].get("volumes")):
            claims.add(part(volume, "persistentVolumeClaim").get("claimName"))
    lines: dict[str, None] = {}
    for event in sorted(found, key=_time, reverse=True):
        about = event["involvedObject"]
        if about.get("uid") in uids or _made_by(about, key) or _claimed(about, claims):
            lines[_event_line(event)] = None
    return list(lines)[:EVENTS_SHOWN]


def _made_by(about: Manifest, key: ObjectKey) -> bool:
    """A Deployment whose pods are refused has no pods, only a ReplicaSet with warnings."""
    name = str(about.get("name"))
    return about.get("kind") == "ReplicaSet" and name.rpartition("-")[0] == key.name


def _claimed(about: Manifest, claims: set[str | None]) -> bool:
    return about.get("kind") == "PersistentVolumeClaim" and about.get("name") in claims


def _event_line(event: Manifest) -> str:
    about = event["involvedObject"]
    count = part(event, "series").get("count") or event.get("count") or 1
    times = f" ({count} times)" if count > 1 else ""
    message = clipped(str(event.get("message") or ""))
    return f"  event {event.get('reason')} of {about['kind']} {about['name']}{times}: {message}"


def _time(event: Manifest) -> str:
    last = part(event, "series").get("lastObservedTime")
    created = event["metadata"].get("creationTimestamp")
    return str(last or event.get("lastTimestamp") or event.get("eventTime") or created or "")


def _log(cluster: Cluster, key: ObjectKey, trouble: Trouble) -> list[str]:
    """The last lines of the container in trouble, of its run before where it has just restarted."""
    namespace, container = key.namespace or "", trouble.container or ""
    previous = trouble.log is Log.PREVIOUS

    def read(before: bool) -> str:
        return cluster.pod_log(namespace, trouble.pod, container, LOG_LINES, previous=before)

    text, problem = _asked(lambda: read(previous))
    if not text and previous:
        text, problem = _asked(lambda: read(False))
    name = f"log of pod {trouble.pod}, container {container}"
    if not text:
        return _told(problem, name) or [f"  {name}: it is empty"]
    lines = [clipped(line) for line in text.splitlines()[-LOG_LINES:]]
    return [f"  {name}, last lines:", *(f"    {line}" for line in lines)]


def _asked(question: Callable[[], T]) -> tuple[T | None, KubeError | None]:
    """An answer, or why there is none: missing evidence must not hide what it is for."""
    try:
        return question(), None
    except KubeError as error:
        return None, error


def _told(problem: KubeError | None, what: str) -> list[str]:
    return [f"  {what} cannot be read: {clipped(problem.what)}"] if problem else []


def _masked(lines: Sequence[str], hidden: Sequence[str]) -> list[str]:
    secrets = sorted((v for v in hidden if len(v) >= SHORTEST_HIDDEN), key=len, reverse=True)
    found = list(lines)
    for secret in secrets:
        found = [line.replace(secret, "(hidden)") for line in found]
    return found
