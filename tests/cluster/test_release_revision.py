"""Revisions on a real cluster: kept, gone back to, and removed with the release."""

from __future__ import annotations

import json
import secrets as tokens

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.kube import live
from ansible_collections.stratum.platform.plugins.module_utils.kube.connection import Cluster
from ansible_collections.stratum.platform.plugins.module_utils.kube.hook import hook_of
from ansible_collections.stratum.platform.plugins.module_utils.kube.hooks import HookFailed
from ansible_collections.stratum.platform.plugins.module_utils.kube.ownership import Owner
from ansible_collections.stratum.platform.plugins.module_utils.kube.problem import NotFound
from ansible_collections.stratum.platform.plugins.module_utils.kube.revision import Revisions
from ansible_collections.stratum.platform.plugins.module_utils.ready.status import State
from releasing import Releases, changes, config, deployment, secret

STATEFUL_SET = """---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: s}
spec:
  replicas: 1
  serviceName: s
  selector: {matchLabels: {app: s}}
  template:
    metadata: {labels: {app: s}}
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: main
          image: localhost/stratum/base:1
          imagePullPolicy: Never
          command: [sleep, "3600"]
          volumeMounts: [{name: data, mountPath: /data}]
  volumeClaimTemplates:
    - metadata: {name: data}
      spec:
        accessModes: [ReadWriteOnce]
        resources: {requests: {storage: 1Mi}}
"""


@pytest.fixture
def releases(cluster, namespace) -> Releases:
    return Releases(cluster.kubeconfig, namespace)


def job(name: str, event: str, script: str) -> dict:
    container = {
        "name": "main",
        "image": "localhost/stratum/base:1",
        "imagePullPolicy": "Never",
        "command": ["sh", "-c", script],
    }
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "annotations": {"helm.sh/hook": event}},
        "spec": {
            "backoffLimit": 0,
            "template": {"spec": {"restartPolicy": "Never", "containers": [container]}},
        },
    }


def value(cluster, namespace, name: str) -> str:
    path = "jsonpath={.data.key}"
    return cluster.kubectl("-n", namespace, "get", "configmap", name, "-o", path)


def entries(cluster, namespace) -> list[tuple[int, str]]:
    with Cluster(str(cluster.kubeconfig)) as connected:
        found = Revisions(connected, Owner(namespace, "app")).entries()
    return [(entry.number, entry.result) for entry in found]


def test_a_release_goes_back_to_the_revision_before(cluster, namespace, releases):
    releases.install(config("a") + config("old"))
    releases.install(config("a", "2") + config("new"))
    foretold = releases.roll_back(check=True)
    outcome = releases.roll_back()
    assert changes(outcome) == {
        f"ConfigMap {namespace}/a": "changed",
        f"ConfigMap {namespace}/old": "created",
        f"ConfigMap {namespace}/new": "deleted",
    }
    assert foretold.result(diff=True) == outcome.result(diff=True)
    assert (outcome.revision, value(cluster, namespace, "a")) == (3, "1")


def test_a_release_goes_back_to_any_revision_that_is_kept(cluster, namespace, releases):
    for number in range(1, 5):
        releases.install(config("a", str(number)), keep=3)
    assert entries(cluster, namespace) == [(2, "ok"), (3, "ok"), (4, "ok")]
    assert releases.roll_back(2).revision == 5
    assert value(cluster, namespace, "a") == "2"
    with pytest.raises(NotFound) as caught:
        releases.roll_back(1)
    assert str(caught.value) == (
        f"release {namespace}/app: there is no revision 1\n  choose one of those kept: 2, 3, 4, 5"
    )


def test_the_revision_it_is_at_is_nothing_to_go_back_to(namespace, releases):
    releases.install(config("a"))
    releases.install(config("a", "2"))
    assert releases.roll_back(2).changed is False


def test_a_revision_larger_than_a_secret_is_kept_in_parts(cluster, namespace, releases):
    noise = [tokens.token_hex(300_000) for _ in range(5)]  # does not compress below a half
    text = "".join(config(f"a{n}", part) for n, part in enumerate(noise))
    releases.install(text)
    names = cluster.kubectl("-n", namespace, "get", "secrets", "-o", "name").split()
    assert names == ["secret/stratum.release.app.v1", "secret/stratum.release.app.v1.2"]
    assert releases.install(text).changed is False
    releases.install(config("a0"))
    assert changes(releases.roll_back(1))[f"ConfigMap {namespace}/a4"] == "created"
    releases.remove()
    assert cluster.kubectl("-n", namespace, "get", "secrets", "-o", "name") == ""


def test_removing_leaves_only_what_must_stay(cluster, namespace, releases):
    keep = config("k").replace("name: k", 'name: k\n  annotations: {stratum.platform/keep: "true"}')
    releases.install(deployment("d") + secret("b", "x") + keep + STATEFUL_SET)
    foretold = releases.remove(check=True)
    outcome = releases.remove()
    assert foretold.result(diff=True) == outcome.result(diff=True)
    assert changes(outcome) == {
        f"Deployment {namespace}/d": "deleted",
        f"Secret {namespace}/b": "deleted",
        f"ConfigMap {namespace}/k": "kept",
        f"StatefulSet {namespace}/s": "deleted",
        f"PersistentVolumeClaim {namespace}/data-s-0": "kept",
    }
    kinds = "deployments,statefulsets,pods,secrets,configmaps,leases,persistentvolumeclaims"
    left = cluster.kubectl("-n", namespace, "get", kinds, "-o", "name").split()
    assert left == ["configmap/k", "configmap/kube-root-ca.crt", "persistentvolumeclaim/data-s-0"]
    assert releases.remove().changed is False


def test_a_purge_takes_the_data_as_well(cluster, namespace, releases):
    releases.install(STATEFUL_SET)
    assert changes(releases.remove(purge=True)) == {
        f"StatefulSet {namespace}/s": "deleted",
        f"PersistentVolumeClaim {namespace}/data-s-0": "deleted",
    }
    assert cluster.kubectl("-n", namespace, "get", "pvc", "-o", "name") == ""


def test_the_status_of_a_release_is_that_of_its_objects(cluster, namespace, releases):
    with Cluster(str(cluster.kubeconfig)) as connected:
        assert live.status(connected, namespace, "app").state is State.NOT_FOUND
        releases.install(deployment("d"))
        assert live.status(connected, namespace, "app").current
        cluster.kubectl("-n", namespace, "delete", "deployment", "d")
        gone = live.status(connected, namespace, "app")
    assert (gone.state, gone.sentence) == (
        State.NOT_FOUND,
        f"Deployment {namespace}/d: does not exist",
    )


def test_hooks_run_at_their_events_and_with_changes_only(cluster, namespace, releases):
    say = "echo ran"
    hooks = tuple(
        hook_of(job(event, event, say)) for event in ("pre-install", "pre-upgrade", "post-delete")
    )

    def ran() -> list[str]:
        return cluster.kubectl("-n", namespace, "get", "jobs", "-o", "name").split()

    releases.install(config("a"), hooks=hooks)
    assert ran() == ["job.batch/pre-install"]
    cluster.kubectl("-n", namespace, "delete", "job", "pre-install")
    assert releases.install(config("a"), hooks=hooks).changed is False
    assert ran() == []
    releases.install(config("a", "2"), hooks=hooks)
    assert ran() == ["job.batch/pre-upgrade"]
    releases.remove()
    assert "job.batch/post-delete" in ran()


def test_a_hook_that_fails_ends_the_run_with_its_words(cluster, namespace, releases):
    hook = hook_of(job("check", "pre-install", "echo the schema is too old; exit 1"))
    with pytest.raises(HookFailed) as caught:
        releases.install(config("a"), hooks=(hook,))
    assert "the schema is too old" in "\n".join(caught.value.evidence)
    assert entries(cluster, namespace) == [(1, "failed")]
    assert (
        json.loads(
            cluster.kubectl(
                "-n", namespace, "get", "configmaps", "-o", "json", "-l", "stratum.platform/release"
            )
        )["items"]
        == []
    )
