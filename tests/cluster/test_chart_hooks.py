"""Hooks run on a real cluster: their order, what stays of them, and what a failed one shows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.kube.connection import Cluster
from ansible_collections.stratum.platform.plugins.module_utils.kube.hook import Hook, hook_of
from ansible_collections.stratum.platform.plugins.module_utils.kube.hooks import HookFailed, run
from testbed import cluster as bed

EVENT = "pre-install"


@pytest.fixture
def api(cluster: bed.Cluster) -> Iterator[Cluster]:
    with Cluster(str(cluster.kubeconfig)) as found:
        yield found


def test_hooks_run_one_after_another_and_stay(api: Cluster, namespace: str) -> None:
    second = _hook(namespace, "Job", "a-second", "exit 0", weight=1)
    first = _hook(namespace, "Pod", "z-first", "exit 0", weight=-1)
    settings = _hook(namespace, "ConfigMap", "settings", "", weight=-2)
    other = _hook(namespace, "Job", "other", "exit 0", event="post-install")
    done = run(api, [second, first, other, settings], EVENT, _in(90))
    assert [key.name for key in done] == ["settings", "z-first", "a-second"]
    job, pod = api.get(second.key), api.get(first.key)
    assert job is not None and pod is not None
    ended = pod["status"]["containerStatuses"][0]["state"]["terminated"]["finishedAt"]
    assert ended <= job["metadata"]["creationTimestamp"]
    assert api.get(other.key) is None


def test_what_an_earlier_run_left_is_replaced(api: Cluster, namespace: str) -> None:
    hook = _hook(namespace, "Job", "migrate", "exit 0")
    uids = []
    for _ in range(2):
        run(api, [hook], EVENT, _in(60))
        found = api.get(hook.key)
        uids.append(found["metadata"]["uid"] if found else None)
    assert None not in uids
    assert uids[0] != uids[1]


def test_what_an_earlier_run_left_is_an_error_without_the_policy(
    api: Cluster, namespace: str
) -> None:
    hook = _hook(namespace, "ConfigMap", "settings", "", policy="hook-failed")
    run(api, [hook], EVENT, _in(30))
    with pytest.raises(HookFailed) as caught:
        run(api, [hook], EVENT, _in(30))
    assert str(caught.value) == (
        f"{api.server}: the pre-install hook ConfigMap {namespace}/settings is still there from "
        "an earlier run\n  delete it, or let its chart say before-hook-creation among its delete "
        "policies"
    )


def test_a_hook_that_succeeded_is_deleted_with_its_pods_where_its_policy_says_so(
    api: Cluster, namespace: str
) -> None:
    hook = _hook(namespace, "Job", "migrate", "exit 0", policy="hook-succeeded")
    run(api, [hook], EVENT, _in(60))
    assert api.get(hook.key) is None


def test_a_hook_that_fails_ends_the_run_with_its_log(api: Cluster, namespace: str) -> None:
    good = _hook(namespace, "Job", "good", "exit 0", policy="hook-succeeded", weight=-1)
    bad = _hook(namespace, "Job", "bad", "echo the table is locked; exit 4", policy="hook-failed")
    late = _hook(namespace, "Job", "late", "exit 0", weight=1)
    with pytest.raises(HookFailed) as caught:
        run(api, [good, bad, late], EVENT, _in(60))
    error = caught.value
    assert error.what.startswith(
        f"the pre-install hook Job {namespace}/bad has failed: Job has reached the specified "
        "backoff limit; 0 of 1 pod has succeeded, 1 failed; pod bad-"
    )
    assert error.what.endswith(": container main ended with exit code 4")
    assert error.evidence[-1] == "    the table is locked"
    assert [api.get(hook.key) for hook in (good, bad, late)] == [None, None, None]


def test_a_pod_that_fails_ends_the_run(api: Cluster, namespace: str) -> None:
    hook = _hook(namespace, "Pod", "check", "echo no licence; exit 1")
    with pytest.raises(HookFailed) as caught:
        run(api, [hook], EVENT, _in(60))
    assert caught.value.what == (
        f"the pre-install hook Pod {namespace}/check container main ended with exit code 1"
    )
    assert caught.value.evidence[-1] == "    no licence"


def test_a_hook_that_does_not_end_in_time_says_how_far_it_is(api: Cluster, namespace: str) -> None:
    hook = _hook(namespace, "Job", "endless", "exec sleep 3600")
    with pytest.raises(HookFailed) as caught:
        run(api, [hook], EVENT, _in(3))
    start = f"the pre-install hook Job {namespace}/endless did not end in time: 0 of 1 pod has"
    assert caught.value.what.startswith(start)


def test_a_hook_that_is_suspended_is_not_waited_for(api: Cluster, namespace: str) -> None:
    hook = _hook(namespace, "Job", "suspended", "exit 0")
    hook.manifest["spec"]["suspend"] = True
    with pytest.raises(HookFailed) as caught:
        run(api, [hook], EVENT, _in(60))
    where = f"Job {namespace}/suspended"
    assert caught.value.what == (
        f"the pre-install hook {where} is suspended, so that it never ends"
    )


def _hook(
    namespace: str,
    kind: str,
    name: str,
    script: str,
    *,
    event: str = EVENT,
    weight: int = 0,
    policy: str = "before-hook-creation",
) -> Hook:
    annotations = {
        "helm.sh/hook": event,
        "helm.sh/hook-weight": str(weight),
        "helm.sh/hook-delete-policy": policy,
    }
    manifest: dict[str, Any] = {
        "apiVersion": "batch/v1" if kind == "Job" else "v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": namespace, "annotations": annotations},
    }
    container = {
        "name": "main",
        "image": "localhost/stratum/base:1",
        "imagePullPolicy": "Never",
        "command": ["sh", "-c", script],
    }
    pod = {"restartPolicy": "Never", "containers": [container], "terminationGracePeriodSeconds": 0}
    if kind == "Job":
        manifest["spec"] = {"backoffLimit": 0, "template": {"spec": pod}}
    elif kind == "Pod":
        manifest["spec"] = pod
    hook = hook_of(manifest)
    assert hook is not None
    return hook


def _in(seconds: float) -> float:
    return time.monotonic() + seconds
