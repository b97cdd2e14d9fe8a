"""The status of any Kubernetes object, by the rules of its kind. Pure; `wait` brings the objects.

After kstatus, but stricter where a release waits: a Job is Current when complete, a Service needs
a ready endpoint, and a custom resource that tells nothing is Unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ..ready.status import State, Status
from . import extension, pods, storage, traffic, workloads
from .condition import conditions, find, terminating, unobserved
from .identity import Manifest, ObjectKey, key_of
from .related import Related
from .rules import Rule, rule_for

NOTHING_RELATED = Related()
# Groups that the API server itself serves: an object of theirs without a status is Current.
BUILT_IN = frozenset(
    {
        "",
        "admissionregistration.k8s.io",
        "apiextensions.k8s.io",
        "apiregistration.k8s.io",
        "apps",
        "autoscaling",
        "batch",
        "certificates.k8s.io",
        "coordination.k8s.io",
        "discovery.k8s.io",
        "events.k8s.io",
        "flowcontrol.apiserver.k8s.io",
        "networking.k8s.io",
        "node.k8s.io",
        "policy",
        "rbac.authorization.k8s.io",
        "resource.k8s.io",
        "scheduling.k8s.io",
        "storage.k8s.io",
    }
)
KINDS: Mapping[str, Callable[[Manifest, Related], Status]] = {
    "APIService.apiregistration.k8s.io": extension.api_service,
    "Certificate.cert-manager.io": extension.certificate,
    "CronJob.batch": workloads.cron_job,
    "CustomResourceDefinition.apiextensions.k8s.io": extension.definition,
    "DaemonSet.apps": workloads.daemon_set,
    "Deployment.apps": workloads.deployment,
    "GRPCRoute.gateway.networking.k8s.io": traffic.route,
    "HTTPRoute.gateway.networking.k8s.io": traffic.route,
    "HorizontalPodAutoscaler.autoscaling": extension.autoscaler,
    "Ingress.networking.k8s.io": traffic.ingress,
    "Job.batch": workloads.job,
    "MutatingWebhookConfiguration.admissionregistration.k8s.io": traffic.webhook_configuration,
    "Namespace": extension.namespace,
    "PersistentVolume": storage.volume,
    "PersistentVolumeClaim": storage.claim,
    "Pod": lambda manifest, _: pods.status(manifest),
    "PodDisruptionBudget.policy": extension.disruption_budget,
    "ReplicaSet.apps": workloads.replica_set,
    "ReplicationController": workloads.replica_set,
    "Service": traffic.service,
    "StatefulSet.apps": workloads.stateful_set,
    "TLSRoute.gateway.networking.k8s.io": traffic.route,
    "ValidatingWebhookConfiguration.admissionregistration.k8s.io": traffic.webhook_configuration,
}
# Their controllers always write the generation they have seen.
OBSERVED = frozenset(
    {
        "DaemonSet.apps",
        "Deployment.apps",
        "ReplicaSet.apps",
        "ReplicationController",
        "StatefulSet.apps",
    }
)
_WORST_FIRST = (
    State.FAILED,
    State.NOT_FOUND,
    State.TERMINATING,
    State.IN_PROGRESS,
    State.WAITING,
    State.UNKNOWN,
    State.CURRENT,
)


def status(
    manifest: Manifest | None, rules: Sequence[Rule] = (), related: Related = NOTHING_RELATED
) -> Status:
    """How far an object is.

    Args:
        manifest: the object as the API server has it; None where there is none.
        rules: the release's own rules; one of them goes before what is known of the kind.
        related: objects around it that its kind's rules may look at.
    """
    if manifest is None:
        return Status(State.NOT_FOUND, "does not exist")
    kind = key_of(manifest).group_kind
    early = terminating(manifest) or unobserved(manifest, required=kind in OBSERVED)
    if early:
        return early
    rule = rule_for(kind, rules)
    if rule:
        return rule.status(manifest)
    if kind in KINDS:
        return KINDS[kind](manifest, related)
    return _by_conditions(manifest)


def settled(found: Status) -> bool:
    """Whether a release need not wait for it: what is Unknown is told, but does not block."""
    return found.state in (State.CURRENT, State.UNKNOWN)


def overall(statuses: Mapping[ObjectKey, Status]) -> Status:
    """One status of many: the worst, which is named, and how many others are not Current."""
    blocking = sorted(
        (entry for entry in _ordered(statuses) if not settled(entry[1])),
        key=lambda entry: _WORST_FIRST.index(entry[1].state),
    )
    unknown = [(key, found) for key, found in _ordered(statuses) if found.state is State.UNKNOWN]
    told = tuple(f"{key}: {found.sentence}" for key, found in unknown)
    if not blocking:
        sentence = f"{len(statuses) - len(unknown)} of {_objects(len(statuses))} Current"
        if unknown:
            key, found = unknown[0]
            sentence += f"; of {len(unknown)} it is not known: {key} {found.sentence}"
        return Status(State.CURRENT, sentence, told)
    key, worst = blocking[0]
    more = len(blocking) - 1
    rest = f" ({more} more of {_objects(len(statuses))} not Current)" if more else ""
    lines = tuple(f"{key}: {found.sentence}" for key, found in blocking)
    return Status(worst.state, f"{key}: {worst.sentence}{rest}", lines + told)


def _by_conditions(manifest: Manifest) -> Status:
    """kstatus's standard conditions; without them, what the group tells."""
    stalled, reconciling = find(manifest, "Stalled"), find(manifest, "Reconciling")
    ready = find(manifest, "Ready")
    if stalled and stalled.true:
        return Status(State.FAILED, f"is stalled: {stalled.why}")
    if reconciling and reconciling.true:
        return Status(State.IN_PROGRESS, f"is being reconciled: {reconciling.why}")
    if ready and not ready.true:
        return Status(State.IN_PROGRESS, f"is not ready: {ready.why}")
    if ready:
        return Status(State.CURRENT, "is ready")
    if key_of(manifest).group in BUILT_IN:
        return Status(State.CURRENT, "is there")
    others = ", ".join(found.type for found in conditions(manifest))
    has = f"has no condition Ready, only {others}" if others else "tells no conditions"
    return Status(State.UNKNOWN, f"{has}; a rule can say when it is Current")


def _ordered(statuses: Mapping[ObjectKey, Status]) -> list[tuple[ObjectKey, Status]]:
    return [(key, statuses[key]) for key in sorted(statuses, key=str)]


def _objects(count: int) -> str:
    return f"{count} object is" if count == 1 else f"{count} objects are"
