"""What a wait knows of the cluster: its objects, and the pods and endpoints around them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from .follow import Scope, Seen
from .identity import Manifest, ObjectKey, key_of
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
CLAIM = "PersistentVolumeClaim"
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
        self._around: dict[Scope, dict[str, Manifest]] = defaultdict(dict)
        # Both are made when first asked for and dropped when anything changes.
        self._slices: dict[tuple[str, str], list[Manifest]] | None = None
        self._workloads: dict[str | None, tuple[Manifest, ...]] = {}

    def keep(self, seen: Seen) -> None:
        """Take in what a LIST gave or a follower told."""
        self._slices, self._workloads = None, {}
        if seen.listed is not None:
            self._around[seen.scope] = {}
            for key in self.keys:
                if _within(key, seen.scope):
                    self.objects.pop(key, None)
        for found in seen.listed or ([seen.changed] if seen.changed else []):
            self._around[seen.scope][found["metadata"]["name"]] = found
            if key_of(found) in self._known:
                self.objects[key_of(found)] = found
        if seen.deleted:
            self._around[seen.scope].pop(seen.deleted["metadata"]["name"], None)
            self.objects.pop(key_of(seen.deleted), None)

    def related(self, key: ObjectKey) -> Related:
        """What stands around an object."""
        if not (key.group_kind in WITH_PODS or key.group_kind in WEBHOOKS):
            return Related()
        pods = self._around[pods_in(key.namespace)] if key.group_kind in WITH_PODS else {}
        classes = self._around.get(CLASSES)
        return Related(
            pods=tuple(pods.values()),
            endpoint_slices=self._slices_of(key),
            workloads=self._workloads_in(key.namespace) if key.group_kind == SERVICE else (),
            storage_classes=tuple(classes.values()) if classes is not None else None,
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

    def concerned(self, seen: Seen, among: Collection[ObjectKey]) -> set[ObjectKey]:
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
            found |= {key for key in among if backend in self.backends(key)}
        if seen.scope == pods_in(seen.scope.namespace):
            found |= {key for key in among if self._has_pod(key, one)}
        return found

    def _has_pod(self, key: ObjectKey, pod: Manifest) -> bool:
        manifest = self.objects.get(key)
        if manifest is None:
            return False
        if key.group_kind == CLAIM:
            return bool(pods_with_claim(manifest, [pod]))
        return key.group_kind in WITH_PODS and bool(pods_of(manifest, [pod]))

    def _slices_of(self, key: ObjectKey) -> tuple[Manifest, ...] | None:
        backends = self.backends(key)
        if any(slices_in(namespace) in self.closed for namespace, _ in backends):
            return None
        if self._slices is None:
            self._slices = defaultdict(list)
            for scope, found in self._around.items():
                if scope.kind == "EndpointSlice":
                    for each in found.values():
                        self._slices[_backend_of(each)].append(each)
        return tuple(each for backend in backends for each in self._slices.get(backend, ()))

    def _workloads_in(self, namespace: str | None) -> tuple[Manifest, ...]:
        if namespace not in self._workloads:
            self._workloads[namespace] = tuple(
                found
                for key, found in self.objects.items()
                if key.namespace == namespace and (key.group_kind in WORKLOADS or key.kind == "Pod")
            )
        return self._workloads[namespace]


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
