"""In which order kinds are applied: what others need first, what intercepts others last. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from .identity import ObjectKey


class Phase(IntEnum):
    """Objects of one phase are applied together; removal goes the other way round."""

    NAMESPACES = 0
    DEFINITIONS = 1
    FOUNDATIONS = 2
    WORKLOADS = 3
    GATES = 4


FOUNDATIONS = frozenset(
    {
        "ClusterRole.rbac.authorization.k8s.io",
        "ClusterRoleBinding.rbac.authorization.k8s.io",
        "ConfigMap",
        "IngressClass.networking.k8s.io",
        "LimitRange",
        "NetworkPolicy.networking.k8s.io",
        "PersistentVolume",
        "PersistentVolumeClaim",
        "PodDisruptionBudget.policy",
        "PriorityClass.scheduling.k8s.io",
        "ResourceQuota",
        "Role.rbac.authorization.k8s.io",
        "RoleBinding.rbac.authorization.k8s.io",
        "RuntimeClass.node.k8s.io",
        "Secret",
        "Service",
        "ServiceAccount",
        "StorageClass.storage.k8s.io",
    }
)
# They stand between the API server and other objects: a gate without its workload blocks them.
GATES = frozenset(
    {
        "APIService.apiregistration.k8s.io",
        "MutatingAdmissionPolicyBinding.admissionregistration.k8s.io",
        "MutatingWebhookConfiguration.admissionregistration.k8s.io",
        "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io",
        "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
    }
)


def phase_of(key: ObjectKey) -> Phase:
    """The phase of an object's kind."""
    kind = key.group_kind
    if kind == "Namespace":
        return Phase.NAMESPACES
    if kind == "CustomResourceDefinition.apiextensions.k8s.io":
        return Phase.DEFINITIONS
    if kind in FOUNDATIONS:
        return Phase.FOUNDATIONS
    return Phase.GATES if kind in GATES else Phase.WORKLOADS


def in_phases(keys: Iterable[ObjectKey]) -> list[tuple[Phase, list[ObjectKey]]]:
    """The keys by phase, in the order of applying; phases without any are left out."""
    groups: dict[Phase, list[ObjectKey]] = {}
    for key in keys:
        groups.setdefault(phase_of(key), []).append(key)
    return sorted(groups.items())
