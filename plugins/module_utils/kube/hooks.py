"""Runs a release's hooks at one of its events, one after another as Helm does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

from ..ready.status import State, Status
from . import evidence
from .condition import part
from .connection import Cluster
from .hook import BEFORE, FAILED, SUCCEEDED, Hook, ordered
from .identity import ObjectKey
from .pods import trouble_of
from .problem import AlreadyExists, KubeError
from .rules import Rule
from .wait import until_current, until_gone

__all__ = ["Hook", "HookFailed", "run", "sweep"]

Progress = Callable[[ObjectKey, Status], None]
# A hook that is a pod has done its work when it has ended, not when it is ready.
ENDED = Rule("Pod", path="status.phase", equals="Succeeded", failed="Failed")
AWAITED = frozenset({"Job.batch", "Pod", "CustomResourceDefinition.apiextensions.k8s.io"})
CLEANING_SECONDS = 30.0  # a hook's remains are deleted even when the time is over


class HookFailed(KubeError):  # noqa: N818  (named for what is seen, as the others)
    """A hook that could not be made, has failed or did not end in time."""


def run(
    cluster: Cluster,
    hooks: Iterable[Hook],
    event: str,
    deadline: float,
    on_progress: Progress = lambda *_: None,
    *,
    hidden: Sequence[str] = (),
) -> list[ObjectKey]:
    """Make the hooks of an event in order and wait for each.

    Args:
        cluster: where.
        hooks: of the release, with their namespaces.
        event: such as `pre-install`.
        deadline: for all of them, on the monotonic clock.
        on_progress: called when the status of a hook changes.
        hidden: values that evidence must not show.

    Returns:
        The hooks that have run.

    Raises:
        HookFailed: with evidence; the hooks after it have not run.
    """
    done: list[Hook] = []
    try:
        for hook in ordered(hooks, event):
            _make(cluster, hook, event, deadline)
            _await(cluster, hook, event, deadline, on_progress, hidden)
            done.append(hook)
    except KubeError:
        with suppress(KubeError):  # the failure itself is what is to be told
            _clean(cluster, _to_clean(done))
        raise
    _clean(cluster, _to_clean(done))
    return [hook.key for hook in done]


def sweep(cluster: Cluster, hooks: Iterable[Hook]) -> None:
    """Delete what a killed run has left of hooks that never stay."""
    _clean(cluster, [hook for hook in hooks if {SUCCEEDED, FAILED} <= hook.delete_policies])


def _to_clean(done: Sequence[Hook]) -> list[Hook]:
    return [hook for hook in reversed(done) if SUCCEEDED in hook.delete_policies]


def _make(cluster: Cluster, hook: Hook, event: str, deadline: float) -> None:
    if BEFORE in hook.delete_policies:
        _delete_before(cluster, hook, event, deadline)
    try:
        cluster.create(hook.manifest)
    except AlreadyExists as error:
        raise HookFailed(
            f"the {event} hook {hook.key} is still there from an earlier run",
            cluster.server,
            f"delete it, or let its chart say {BEFORE} among its delete policies",
        ) from error


def _delete_before(cluster: Cluster, hook: Hook, event: str, deadline: float) -> None:
    """Take away what an earlier run left."""
    if cluster.get(hook.key) is None:
        return
    cluster.delete(hook.key)
    left = until_gone(cluster, [hook.key], deadline)[hook.key]
    if left.state is not State.NOT_FOUND:
        raise HookFailed(
            f"the {event} hook {hook.key} of an earlier run {left.sentence}",
            cluster.server,
            "find out what holds it, then run again",
        )


def _await(
    cluster: Cluster,
    hook: Hook,
    event: str,
    deadline: float,
    on_progress: Progress,
    hidden: Sequence[str],
) -> None:
    if hook.key.group_kind not in AWAITED:
        return
    found = _ended(cluster, hook, deadline, on_progress)
    if found.current:
        return
    late = " did not end in time:" if found.state is State.IN_PROGRESS else ""
    lines = evidence.of(cluster, hook.key, found, hidden=hidden)
    if FAILED in hook.delete_policies:
        with suppress(KubeError):
            _clean(cluster, [hook])
    raise HookFailed(
        f"the {event} hook {hook.key}{late} {found.sentence}",
        cluster.server,
        "mend what its log tells, then run again",
        lines,
    )


def _ended(cluster: Cluster, hook: Hook, deadline: float, on_progress: Progress) -> Status:
    if part(hook.manifest, "spec").get("suspend"):
        return Status(State.WAITING, "is suspended, so that it never ends")
    found = until_current(cluster, [hook.key], deadline, [ENDED], on_progress)[hook.key]
    pod = cluster.get(hook.key) if hook.key.kind == "Pod" and not found.current else None
    return Status(found.state, trouble_of(pod).sentence) if pod else found


def _clean(cluster: Cluster, hooks: Sequence[Hook]) -> None:
    """Delete what has ended; its pods go with it."""
    for hook in hooks:
        cluster.delete(hook.key)
    if hooks:
        until_gone(cluster, [hook.key for hook in hooks], time.monotonic() + CLEANING_SECONDS)
