"""A chart's hooks: what their annotations say, and their order. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .condition import part
from .identity import Manifest, ObjectKey, key_of
from .problem import SourceError

EVENTS = "helm.sh/hook"
WEIGHT = "helm.sh/hook-weight"
POLICIES = "helm.sh/hook-delete-policy"
BEFORE, SUCCEEDED, FAILED = "before-hook-creation", "hook-succeeded", "hook-failed"
KNOWN_EVENTS = frozenset(
    f"{when}-{what}"
    for when in ("pre", "post")
    for what in ("install", "upgrade", "delete", "rollback")
)
KNOWN_POLICIES = frozenset({BEFORE, SUCCEEDED, FAILED})
# Of two hooks of one weight, the one that the other may use comes first.
KINDS = (
    "Namespace",
    "CustomResourceDefinition",
    "PriorityClass",
    "ResourceQuota",
    "LimitRange",
    "NetworkPolicy",
    "ServiceAccount",
    "Secret",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "ClusterRole",
    "ClusterRoleBinding",
    "Role",
    "RoleBinding",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicaSet",
    "Deployment",
    "StatefulSet",
    "Job",
    "CronJob",
    "Ingress",
    "APIService",
)


@dataclass(frozen=True)
class Hook:
    """An object that is made at certain events of a release, and not kept as part of it."""

    manifest: Manifest
    events: frozenset[str]
    weight: int = 0
    delete_policies: frozenset[str] = frozenset({BEFORE})

    @property
    def key(self) -> ObjectKey:
        """Its object's key."""
        return key_of(self.manifest)


def is_hook(manifest: Manifest) -> bool:
    """Whether an object is one of a chart's hooks, tests included."""
    return bool(part(manifest["metadata"], "annotations").get(EVENTS))


def hook_of(manifest: Manifest) -> Hook | None:
    """The hook that an object is; None for a test, which is run by nobody here.

    Raises:
        SourceError: a weight or delete policy that does not exist.
    """
    annotations = part(manifest["metadata"], "annotations")
    events = _names(annotations.get(EVENTS, "")) & KNOWN_EVENTS
    if not events:
        return None
    weight, where = str(annotations.get(WEIGHT, "0")), str(key_of(manifest))
    try:
        number = int(weight)
    except ValueError:
        cure = "write it as a number in quotes"
        raise SourceError(f"its {WEIGHT} is {weight!r}", where, cure) from None
    policies = _names(annotations.get(POLICIES, ""))
    if policies - KNOWN_POLICIES:
        wrong = ", ".join(sorted(policies - KNOWN_POLICIES))
        cure = f"there are: {', '.join(sorted(KNOWN_POLICIES))}"
        raise SourceError(f"its {POLICIES} is {wrong}", where, cure)
    return Hook(manifest, frozenset(events), number, frozenset(policies or {BEFORE}))


def ordered(hooks: Iterable[Hook], event: str) -> list[Hook]:
    """The hooks of an event by weight, kind and name."""
    return sorted((hook for hook in hooks if event in hook.events), key=_place)


def _place(hook: Hook) -> tuple[int, int, str, str]:
    kind = hook.key.kind
    return (hook.weight, KINDS.index(kind) if kind in KINDS else len(KINDS), kind, hook.key.name)


def _names(value: object) -> set[str]:
    return {name.strip() for name in str(value).split(",") if name.strip()}
