"""What a wait knows of the cluster: its objects, and the pods and endpoints around them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from . import marks
from .follow import Scope, Seen
from .identity import Manifest, ObjectKey, key_of
from .marks import CLAIM, Mark, Marked
from .related import SERVICE_NAME, Related, pods_of, pods_with_claim
from .traffic import backends

CLASSES = Scope("storage.k8s.io/v1", "StorageClass", None)
WORKLOADS = frozenset(
    {
        "DaemonSet.apps",
        "Deployment.apps",
        "Job.batch",
        "ReplicaSet.apps",
        "ReplicationController",
        "StatefulSet.apps",
    }
)
SERVICE = "Service"
WITH_PODS = WORKLOADS | {CLAIM, SERVICE}  # pods may say why one of these is not Current
WEBHOOKS = frozenset(
    {
        "MutatingWebhookConfiguration.admissionregistration.k8s.io",
        "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
    }
)


def pods_in(namespace: str | None) -> Scope:
    """All pods of a namespace."""
    return Scope("v1", "Pod", namespace)


def slices_in(namespace: str | None) -> Scope:
    """All EndpointSlices of a namespace."""
    return Scope("discovery.k8s.io/v1", "EndpointSlice", namespace)


class World:
    """The last that was seen of each object; what may not be read is remembered as such."""

    def __init__(self, keys: Iterable[ObjectKey]) -> None:
        self.keys = tuple(dict.fromkeys(keys))
        self.objects: dict[ObjectKey, Manifest] = {}
        self.closed: set[Scope] = set()
        self._known = frozenset(self.keys)
        self._webhooks = tuple(key for key in self.keys if key.group_kind in WEBHOOKS)
        self._classes: dict[str, Manifest] | None = None
        self._around: dict[Scope, Marked] = {}
        self._workloads = Marked(marks.of_template)
        # Made when first asked for, and dropped when another one seeks pods, or other ones.
        self._seekers: dict[Mark, list[ObjectKey]] | None = None

    def keep(self, seen: Seen) -> None:
        """Take in what a LIST gave or a follower told."""
        if seen.listed is not None:
            self._empty(seen.scope)
        for found in seen.listed or ([seen.changed] if seen.changed else []):
            self._put(seen.scope, found)
        if seen.deleted:
            self._drop(seen.scope, seen.deleted)

    def know(self, found: Manifest) -> None:
        """Take in one of the objects that are waited for."""
        key = key_of(found)
        before = self.objects.get(key)
        self.objects[key] = found
        if key.group_kind in WORKLOADS or key.kind == "Pod":
            self._workloads.keep(found)
        if key.group_kind in WITH_PODS and marks.sought(found) != (before and marks.sought(before)):
            self._seekers = None

    def related(self, key: ObjectKey) -> Related:
        """What stands around an object."""
        if not (key.group_kind in WITH_PODS or key.group_kind in WEBHOOKS):
            return Related()
        pods = self._around.get(pods_in(key.namespace))
        found = self.objects.get(key)
        sought = marks.sought(found) if found and key.group_kind in WITH_PODS else set()
        return Related(
            pods=pods.having(sought) if pods else (),
            endpoint_slices=self._slices_of(key),
            workloads=self._workloads.having(sought) if key.group_kind == SERVICE else (),
            storage_classes=None if self._classes is None else tuple(self._classes.values()),
        )

    def around(self, key: ObjectKey) -> set[Scope]:
        """The scopes that may say why an object is not Current yet."""
        found = {slices_in(namespace) for namespace, _ in self.backends(key)}
        if key.group_kind in WITH_PODS:
            found.add(pods_in(key.namespace))
        return found - self.closed

    def backends(self, key: ObjectKey) -> list[tuple[str, str]]:
        """The Services, by namespace and name, whose endpoints decide on an object."""
        manifest = self.objects.get(key)
        if manifest is None or not (key.group_kind == SERVICE or key.group_kind in WEBHOOKS):
            return []
        return backends(manifest)

    def concerned(self, seen: Seen, among: set[ObjectKey]) -> set[ObjectKey]:
        """The objects whose status may be another after what was seen."""
        if seen.listed is not None:
            return {
                key for key in among if _within(key, seen.scope) or seen.scope in self.around(key)
            }
        one = seen.changed or seen.deleted
        if one is None:
            return set()
        found = {key_of(one)} & self._known
        if seen.scope.kind == "EndpointSlice":
            backend = _backend_of(one)
            perhaps = among.intersection((ObjectKey("v1", SERVICE, *backend), *self._webhooks))
            found |= {key for key in perhaps if backend in self.backends(key)}
        if seen.scope == pods_in(seen.scope.namespace):
            seekers = self._seekers_of_pods()
            perhaps = {key for mark in marks.of_pod(one) for key in seekers.get(mark, ())}
            found |= {key for key in perhaps & among if self._has_pod(key, one)}
        return found

    def _has_pod(self, key: ObjectKey, pod: Manifest) -> bool:
        manifest = self.objects.get(key)
        if manifest is None:
            return False
        if key.group_kind == CLAIM:
            return bool(pods_with_claim(manifest, [pod]))
        return key.group_kind in WITH_PODS and bool(pods_of(manifest, [pod]))

    def _slices_of(self, key: ObjectKey) -> tuple[Manifest, ...] | None:
        found: list[Manifest] = []
        for namespace, name in self.backends(key):
            scope = slices_in(namespace)
            if scope in self.closed:
                return None
            if scope in self._around:
                found += self._around[scope].having([(namespace, SERVICE_NAME, name)])
        return tuple(found)

    def _seekers_of_pods(self) -> dict[Mark, list[ObjectKey]]:
        if self._seekers is None:
            seekers = ((k, m) for k, m in self.objects.items() if k.group_kind in WITH_PODS)
            self._seekers = marks.by_rarest({key: marks.sought(found) for key, found in seekers})
        return self._seekers

    def _empty(self, scope: Scope) -> None:
        """Before a LIST's objects are taken in."""
        if scope == CLASSES:
            self._classes = {}
        elif scope == pods_in(scope.namespace):
            self._around[scope] = Marked(marks.of_pod)
        elif scope == slices_in(scope.namespace):
            self._around[scope] = Marked(marks.of_labels)
        for key in self.keys:
            if _within(key, scope):
                self._forget(key)

    def _put(self, scope: Scope, found: Manifest) -> None:
        if scope == CLASSES and self._classes is not None:
            self._classes[found["metadata"]["name"]] = found
        elif scope in self._around:
            self._around[scope].keep(found)
        if key_of(found) in self._known:
            self.know(found)

    def _drop(self, scope: Scope, found: Manifest) -> None:
        if scope == CLASSES and self._classes is not None:
            self._classes.pop(found["metadata"]["name"], None)
        elif scope in self._around:
            self._around[scope].drop(key_of(found))
        self._forget(key_of(found))

    def _forget(self, key: ObjectKey) -> None:
        self.objects.pop(key, None)
        self._workloads.drop(key)


def _backend_of(endpoint_slice: Manifest) -> tuple[str, str]:
    """The Service, by namespace and name, that an EndpointSlice is of."""
    metadata = endpoint_slice["metadata"]
    labels = metadata.get("labels") or {}
    return (metadata.get("namespace", ""), labels.get(SERVICE_NAME, ""))


def scopes_of(keys: Iterable[ObjectKey], labels: Mapping[str, str]) -> dict[Scope, list[ObjectKey]]:
    """The fewest LISTs that show all keys: one a kind and namespace."""
    groups: dict[tuple[str, str, str | None], list[ObjectKey]] = defaultdict(list)
    for key in keys:
        groups[key.api_version, key.kind, key.namespace].append(key)
    selector = tuple(sorted(labels.items()))
    return {
        Scope(*place, name=group[0].name) if len(group) == 1 else Scope(*place, selector): group
        for place, group in groups.items()
    }


def _within(key: ObjectKey, scope: Scope) -> bool:
    return (key.api_version, key.kind, key.namespace) == (
        scope.api_version,
        scope.kind,
        scope.namespace,
    ) and scope.name in (None, key.name)
