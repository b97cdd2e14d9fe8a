"""The status of what runs pods, from Deployment to CronJob. Pure."""

from __future__ import annotations

from ..ready.status import State, Status
from .condition import find, part
from .identity import Manifest
from .pods import troubles
from .related import Related, pods_of


def deployment(manifest: Manifest, related: Related) -> Status:
    """Current when all replicas are updated and available, and no old one is left."""
    spec, status = part(manifest, "spec"), part(manifest, "status")
    wanted = spec.get("replicas", 1)
    updated, available = status.get("updatedReplicas", 0), status.get("availableReplicas", 0)
    left = status.get("replicas", 0) - updated
    if updated < wanted:
        sentence = f"{updated} of {_replicas(wanted)} updated"
        if spec.get("paused"):
            sentence += "; its roll-out is paused (spec.paused)"
    elif left > 0:
        sentence = f"{wanted} of {_replicas(wanted)} updated; {left} old not yet ended"
    elif available < wanted:
        sentence = f"{available} of {_replicas(wanted)} available"
    else:
        sentence = ""
    if not sentence:
        return Status(State.CURRENT, f"{available} of {_replicas(wanted)} available")
    progress, failure = find(manifest, "Progressing"), find(manifest, "ReplicaFailure")
    if progress and progress.reason == "ProgressDeadlineExceeded":
        seconds = spec.get("progressDeadlineSeconds", 600)
        said = f"no progress within {seconds} s: {sentence}"
        return _unready(said, manifest, related, State.FAILED)
    if failure and failure.true:
        sentence += f"; pods cannot be created: {failure.why}"
    return _unready(sentence, manifest, related)


def stateful_set(manifest: Manifest, related: Related) -> Status:
    """Current when all replicas are ready, and those from the partition on are updated."""
    spec, status = part(manifest, "spec"), part(manifest, "status")
    wanted, updated = spec.get("replicas", 1), status.get("updatedReplicas", 0)
    strategy = part(spec, "updateStrategy")
    partition = part(strategy, "rollingUpdate").get("partition") or 0
    # availableReplicas counts minReadySeconds as well; readyReplicas does not.
    available = status.get("availableReplicas", status.get("readyReplicas", 0))
    to_update = 0 if strategy.get("type") == "OnDelete" else max(0, wanted - partition)
    # Some versions count updated replicas only while two revisions exist.
    if status.get("currentRevision") == status.get("updateRevision"):
        updated = max(updated, min(wanted, status.get("currentReplicas", 0)))
    if updated < to_update:
        sentence = f"{updated} of {_replicas(to_update)} updated"
        return _unready(sentence + _stuck(manifest, related), manifest, related)
    if status.get("replicas", 0) > wanted:
        sentence = f"{status['replicas']} replicas are there, {wanted} wanted"
        return _unready(sentence, manifest, related)
    if available < wanted:
        sentence = f"{available} of {_replicas(wanted)} available"
        return _unready(sentence + _stuck(manifest, related), manifest, related)
    sentence = f"{available} of {_replicas(wanted)} available"
    if updated < wanted:
        why = "OnDelete" if strategy.get("type") == "OnDelete" else f"partition {partition}"
        sentence += f"; {updated} of {wanted} updated ({why})"
    return Status(State.CURRENT, sentence)


def daemon_set(manifest: Manifest, related: Related) -> Status:
    """Current when every node that fits has an updated, available pod."""
    status = part(manifest, "status")
    wanted = status.get("desiredNumberScheduled", 0)
    updated, available = status.get("updatedNumberScheduled", 0), status.get("numberAvailable", 0)
    on_delete = part(part(manifest, "spec"), "updateStrategy").get("type") == "OnDelete"
    if wanted == 0:
        return Status(State.CURRENT, "no node fits its pods")
    if updated < wanted and not on_delete:
        return _unready(f"{updated} of {_pods(wanted)} updated", manifest, related)
    if available < wanted:
        return _unready(f"{available} of {_pods(wanted)} available", manifest, related)
    sentence = f"{available} of {_pods(wanted)} available"
    if updated < wanted:
        sentence += f"; {updated} of {wanted} updated (OnDelete)"
    return Status(State.CURRENT, sentence)


def replica_set(manifest: Manifest, related: Related) -> Status:
    """Current when as many replicas as wanted are available, and no more."""
    status = part(manifest, "status")
    wanted = part(manifest, "spec").get("replicas", 1)
    available, present = status.get("availableReplicas", 0), status.get("replicas", 0)
    failure = find(manifest, "ReplicaFailure")
    if failure and failure.true:
        sentence = f"{available} of {_replicas(wanted)} available; pods cannot be created"
        return _unready(f"{sentence}: {failure.why}", manifest, related)
    if present > wanted:
        return _unready(f"{present} replicas are there, {wanted} wanted", manifest, related)
    if available < wanted:
        return _unready(f"{available} of {_replicas(wanted)} available", manifest, related)
    return Status(State.CURRENT, f"{available} of {_replicas(wanted)} available")


def job(manifest: Manifest, related: Related) -> Status:
    """Current when complete, not when started; a suspended one is as its spec wants it."""
    spec, status = part(manifest, "spec"), part(manifest, "status")
    wanted = spec.get("completions") or spec.get("parallelism", 1)
    succeeded, failed = status.get("succeeded", 0), status.get("failed", 0)
    numbers = f"{succeeded} of {_pods(wanted, 'has', 'have')} succeeded"
    complete, failure = find(manifest, "Complete"), find(manifest, "Failed")
    if complete and complete.true:
        return Status(State.CURRENT, f"is complete: {numbers}")
    if failure and failure.true:
        sentence = f"has failed: {failure.why}; {numbers}, {failed} failed"
        return _unready(sentence, manifest, related, State.FAILED)
    if spec.get("suspend"):
        return Status(State.CURRENT, f"is suspended, as its spec wants: {numbers}")
    if failed:
        numbers += f", {failed} failed"
    return _unready(f"{numbers}, {status.get('active', 0)} active", manifest, related)


def cron_job(manifest: Manifest, _: Related) -> Status:
    """Current as soon as it is there: its next run is in the future."""
    spec, status = part(manifest, "spec"), part(manifest, "status")
    if spec.get("suspend"):
        return Status(State.CURRENT, "is suspended, as its spec wants")
    last = status.get("lastSuccessfulTime")
    told = f"succeeded last at {last}" if last else "has not succeeded yet"
    return Status(State.CURRENT, f"runs at {spec.get('schedule')!r}; {told}")


def _unready(
    sentence: str, manifest: Manifest, related: Related, state: State = State.IN_PROGRESS
) -> Status:
    """The numbers, and the first of the pods' troubles; all of them as evidence."""
    found = troubles(pods_of(manifest, related.pods))
    first = f"; {found[0]}" if found else ""
    return Status(state, sentence + first, tuple(map(str, found)))


def _stuck(manifest: Manifest, related: Related) -> str:
    """That an ordered StatefulSet waits for a broken pod of an older revision for ever."""
    if part(manifest, "spec").get("podManagementPolicy", "OrderedReady") != "OrderedReady":
        return ""
    new = part(manifest, "status").get("updateRevision")
    pods = {pod["metadata"]["name"]: pod for pod in pods_of(manifest, related.pods)}
    for trouble in troubles(pods.values()):
        labels = part(pods[trouble.pod]["metadata"], "labels")
        if trouble.serious and labels.get("controller-revision-hash") != new:
            return f"; pod {trouble.pod} is of an older revision and blocks it: delete that pod"
    return ""


def _replicas(count: int) -> str:
    return _pods(count).replace("pod", "replica")


def _pods(count: int, one: str = "is", many: str = "are") -> str:
    return f"{count} pod {one}" if count == 1 else f"{count} pods {many}"
