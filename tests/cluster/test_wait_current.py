"""Waiting on a real API server: what becomes Current, what does not and why, and how soon."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.kube import evidence
from ansible_collections.stratum.platform.plugins.module_utils.kube.connection import Cluster
from ansible_collections.stratum.platform.plugins.module_utils.kube.follow import (
    Follower,
    Scope,
    Seen,
)
from ansible_collections.stratum.platform.plugins.module_utils.kube.identity import (
    Manifest,
    ObjectKey,
    key_of,
)
from ansible_collections.stratum.platform.plugins.module_utils.kube.problem import Forbidden
from ansible_collections.stratum.platform.plugins.module_utils.kube.rules import parse
from ansible_collections.stratum.platform.plugins.module_utils.kube.status import overall
from ansible_collections.stratum.platform.plugins.module_utils.kube.wait import (
    until_current,
    until_gone,
)
from ansible_collections.stratum.platform.plugins.module_utils.ready.status import State, Status
from testbed import cluster as bed

IMAGE = "localhost/stratum/base:1"
SERVE = ["python3", "-m", "http.server", "8080"]
Json = dict[str, Any]


class Counted(Cluster):
    """Notes which kinds were listed and watched."""

    def __init__(self, kubeconfig: str) -> None:
        super().__init__(kubeconfig)
        self.listed: list[str] = []
        self.watched: list[str] = []

    def list(self, api_version: str, kind: str, *args: Any, **kwargs: Any) -> Any:
        self.listed.append(kind)
        return super().list(api_version, kind, *args, **kwargs)

    def watch(self, api_version: str, kind: str, *args: Any, **kwargs: Any) -> Any:
        self.watched.append(kind)
        return super().watch(api_version, kind, *args, **kwargs)


@pytest.fixture
def api(cluster: bed.Cluster) -> Iterator[Counted]:
    with Counted(str(cluster.kubeconfig)) as found:
        yield found


def test_a_deployment_and_its_service_become_current_by_themselves(
    api: Counted, namespace: str
) -> None:
    made = _apply(api, _deployment(namespace, SERVE), _service(namespace))
    told: list[str] = []
    found = until_current(
        api,
        list(made),
        _in(90),
        on_progress=lambda key, status: told.append(f"{key.kind}: {status.sentence}"),
        known=made,
    )
    assert [status.sentence for status in found.values()] == [
        "1 of 1 replica is available",
        "1 of 1 endpoint is ready",
    ]
    assert {"Deployment: 1 of 1 replica is available", "Service: 1 of 1 endpoint is ready"} < set(
        told
    )
    followers = [found for found in threading.enumerate() if found.name.startswith("follow")]
    for follower in followers:
        follower.join(10)
    assert not any(follower.is_alive() for follower in followers)


def test_what_is_current_costs_one_list_a_kind_and_no_watch(api: Counted, namespace: str) -> None:
    objects = [
        _deployment(namespace, SERVE, replicas=0, name=name) for name in ("one", "two", "three")
    ]
    settings = [_object("v1", "ConfigMap", namespace, name) for name in ("a", "b")]
    keys = list(_apply(api, *objects, *settings))
    until_current(api, keys, _in(60))
    api.listed.clear()
    api.watched.clear()
    found = until_current(api, keys, _in(60))
    assert overall(found).sentence == "5 of 5 objects are Current"
    assert (sorted(api.listed), api.watched) == (["ConfigMap", "Deployment"], [])


def test_what_apply_has_just_shown_to_be_current_is_not_asked_for(
    api: Counted, namespace: str
) -> None:
    manifest = _deployment(namespace, SERVE, replicas=0)
    until_current(api, list(_apply(api, manifest)), _in(60))
    known = _apply(api, manifest, _object("v1", "Secret", namespace, "a"))
    api.listed.clear()
    assert overall(until_current(api, list(known), _in(60), known=known)).current
    assert api.listed == []


def test_an_image_that_is_nowhere_is_the_reason_at_the_deadline(
    api: Counted, namespace: str
) -> None:
    manifest = _deployment(namespace, SERVE, image="localhost/stratum/nothing:1")
    _sentence(api, manifest, "ErrImageNeverPull")
    key = key_of(manifest)
    status = until_current(api, [key], _in(0))[key]
    pod = _pod_name(api, namespace)
    assert status == Status(
        State.IN_PROGRESS,
        f"0 of 1 replica is available; pod {pod}: container main waits: ErrImageNeverPull: "
        'Container image "localhost/stratum/nothing:1" is not present with pull policy of Never',
        status.evidence,
    )


def test_a_deployment_past_its_progress_deadline_ends_the_wait_with_its_log(
    api: Counted, namespace: str
) -> None:
    script = ["sh", "-c", "echo the word is swordfish; echo no database; exit 3"]
    manifest = _deployment(namespace, script)
    manifest["spec"]["progressDeadlineSeconds"] = 8
    (key,) = made = _apply(api, manifest)
    status = until_current(api, [key], _in(120), known=made)[key]
    assert status.state is State.FAILED
    assert status.sentence.startswith("no progress within 8 s: 0 of 1 replica is available; pod ")
    lines = evidence.of(api, key, status, hidden=["swordfish"])
    assert lines[0] == f"{key}: Failed: {status.sentence}"
    assert lines[-2:] == ["    the word is (hidden)", "    no database"]
    assert any("event BackOff of Pod" in line for line in lines)


def test_a_pod_that_fits_no_node_says_so(api: Counted, namespace: str) -> None:
    manifest = _pod(namespace, SERVE)
    manifest["spec"]["nodeSelector"] = {"disk": "golden"}
    sentence = _sentence(api, manifest, "cannot be scheduled")
    assert "didn't match Pod's node affinity/selector" in sentence


def test_a_pod_without_its_secret_says_so(api: Counted, namespace: str) -> None:
    manifest = _pod(namespace, SERVE)
    reference = {"secretRef": {"name": "password"}}
    manifest["spec"]["containers"][0]["envFrom"] = [reference]
    assert _sentence(api, manifest, "Config") == (
        'container main waits: CreateContainerConfigError: secret "password" not found'
    )


def test_a_job_is_current_when_complete_and_failed_when_its_pods_do(
    api: Counted, namespace: str
) -> None:
    good, bad = _job(namespace, "good", "exit 0"), _job(namespace, "bad", "echo no table; exit 4")
    made = _apply(api, good)
    found = until_current(api, list(made), _in(60), known=made)
    assert overall(found).sentence == "1 of 1 object is Current"
    (key,) = made = _apply(api, bad)
    status = until_current(api, [key], _in(60), known=made)[key]
    pod = _pod_name(api, namespace, "job-name=bad")
    assert status == Status(
        State.FAILED,
        "has failed: Job has reached the specified backoff limit; 0 of 1 pod has succeeded, "
        f"1 failed; pod {pod}: container main ended with exit code 4",
        (f"pod {pod}: container main ended with exit code 4",),
    )
    assert evidence.of(api, key, status)[-1] == "    no table"


def test_a_stateful_set_is_rolled_out_pod_by_pod(api: Counted, namespace: str) -> None:
    manifest = _stateful_set(namespace, 2)
    made = _apply(api, manifest)
    until_current(api, list(made), _in(90), known=made)
    manifest["spec"]["template"]["metadata"]["annotations"] = {"version": "2"}
    (key,) = made = _apply(api, manifest)
    told: list[str] = []
    status = until_current(
        api, [key], _in(120), on_progress=lambda _, now: told.append(now.sentence), known=made
    )[key]
    assert status == Status(State.CURRENT, "2 of 2 replicas are available")
    assert any(sentence.startswith("1 of 2 replicas are updated") for sentence in told)


def test_a_claim_without_a_consumer_does_not_block(api: Counted, namespace: str) -> None:
    label = f"slow-{namespace}"
    storage = {
        **_object("storage.k8s.io/v1", "StorageClass", None, label),
        "provisioner": "example.org/none",
        "volumeBindingMode": "WaitForFirstConsumer",
    }
    claim = _object("v1", "PersistentVolumeClaim", namespace, "data")
    claim["spec"] = {
        "storageClassName": label,
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "1Gi"}},
    }
    keys = list(_apply(api, storage, claim))
    found = until_current(api, keys, _in(30))
    api.delete(keys[0])
    assert found[keys[1]] == Status(
        State.CURRENT,
        f"is not bound: StorageClass {label} binds it with the first pod that uses it",
    )


def test_guards_of_pods_that_do_not_exist_yet_are_current(api: Counted, namespace: str) -> None:
    budget = _object("policy/v1", "PodDisruptionBudget", namespace, "web")
    budget["spec"] = {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}}
    found = until_current(api, list(_apply(api, budget)), _in(30))
    assert overall(found).sentence == "1 of 1 object is Current"


def test_a_definition_is_current_when_established_and_its_object_by_a_rule(
    api: Counted, namespace: str
) -> None:
    group = f"{namespace}.example.org"
    definition = _definition(group)
    (key,) = made = _apply(api, definition)
    assert until_current(api, [key], _in(30), known=made)[key] == Status(
        State.CURRENT, "is established; it serves v1"
    )
    api.discovery.refresh(again=True)
    (one,) = made = _apply(api, _object(f"{group}/v1", "Widget", namespace, "one"))
    told = until_current(api, [one], _in(30), known=made)[one]
    assert told.state is State.UNKNOWN
    rules = parse([{"kind": f"Widget.{group}", "path": "spec.phase", "equals": "Bound"}])

    def bind(_: ObjectKey, status: Status) -> None:
        assert status.sentence in (
            "has no spec.phase yet; it is to be 'Bound'",
            "spec.phase is 'Bound'",
        )
        api.merge(one, {"spec": {"phase": "Bound"}})

    found = until_current(api, [one], _in(30), rules, bind)
    api.delete(key)
    assert found[one] == Status(State.CURRENT, "spec.phase is 'Bound'")


def test_an_object_that_is_not_there_is_waited_for(api: Counted, namespace: str) -> None:
    manifest = _object("v1", "ConfigMap", namespace, "late")
    found = until_current(
        api, [key_of(manifest)], _in(30), on_progress=lambda *_: api.apply(manifest) and None
    )
    assert found[key_of(manifest)] == Status(State.CURRENT, "is there")


def test_a_deletion_that_a_finalizer_holds_is_told_and_waited_for(
    api: Counted, namespace: str
) -> None:
    manifest = _object("v1", "ConfigMap", namespace, "held")
    manifest["metadata"]["finalizers"] = ["example.org/hold"]
    (key,) = _apply(api, manifest)
    api.delete(key)
    held = until_gone(api, [key], _in(0))[key]
    assert held.state is State.TERMINATING
    assert held.sentence.endswith("and waits for the finalizer example.org/hold")
    with ThreadPoolExecutor(1) as threads:
        gone = threads.submit(until_gone, api, [key], _in(30))
        api.merge(key, {"metadata": {"finalizers": None}})
        assert gone.result() == {key: Status(State.NOT_FOUND, "is gone")}


def test_a_follower_with_a_version_that_is_too_old_lists_again(
    api: Counted, namespace: str
) -> None:
    group = f"{namespace}.example.org"
    (definition,) = made = _apply(api, _definition(group))
    until_current(api, [definition], _in(30), known=made)
    api.discovery.refresh(again=True)
    _apply(api, _object(f"{group}/v1", "Widget", namespace, "one"))
    listed, told = threading.Event(), []

    def tell(seen: Seen) -> None:
        told.append(seen)
        if seen.listed is not None:
            listed.set()

    # The API server knows nothing of a kind before its definition.
    follower = Follower(api, Scope(f"{group}/v1", "Widget", namespace), tell, "1")
    follower.start()
    assert listed.wait(30)
    follower.stop()
    api.delete(definition)
    assert [seen.error for seen in told] == [None]
    assert [found["metadata"]["name"] for found in told[0].listed or ()] == ["one"]


def test_what_may_not_be_read_is_unknown_around_an_object_and_an_error_for_itself(
    api: Counted, cluster: bed.Cluster, namespace: str, tmp_path: Path
) -> None:
    user = f"reader-of-{namespace}"
    (service,) = _apply(api, _service(namespace))
    role = _object("rbac.authorization.k8s.io/v1", "Role", namespace, "reader")
    role["rules"] = [{"apiGroups": [""], "resources": ["services"], "verbs": ["*"]}]
    binding = _object("rbac.authorization.k8s.io/v1", "RoleBinding", namespace, "reader")
    binding["roleRef"] = {"apiGroup": role["apiVersion"][:-3], "kind": "Role", "name": "reader"}
    binding["subjects"] = [{"kind": "User", "apiGroup": role["apiVersion"][:-3], "name": user}]
    _apply(api, role, binding)
    with Cluster(str(cluster.client_kubeconfig(tmp_path / "kubeconfig", user, []))) as reader:
        found = until_current(reader, [service], _in(30))
        with pytest.raises(Forbidden):
            until_current(reader, [ObjectKey("v1", "Pod", namespace, "web")], _in(30))
    sentence = "its EndpointSlices may not be read by this account"
    assert found == {service: Status(State.UNKNOWN, sentence)}


def test_objects_are_gone_with_the_definition_of_their_kind(api: Counted, namespace: str) -> None:
    group = f"{namespace}.example.org"
    (definition,) = made = _apply(api, _definition(group))
    until_current(api, [definition], _in(30), known=made)
    api.discovery.refresh(again=True)
    (one,) = _apply(api, _object(f"{group}/v1", "Widget", namespace, "one"))
    with ThreadPoolExecutor(1) as threads:
        gone = threads.submit(until_gone, api, [one, definition], _in(60))
        api.delete(definition)
        assert {status.sentence for status in gone.result().values()} == {"is gone"}


def test_a_wait_survives_a_restart_of_the_api_server(
    api: Counted, cluster: bed.Cluster, namespace: str
) -> None:
    made = _apply(api, _job(namespace, "late", "exit 0", suspend=True), _pod(namespace, SERVE))
    job, _ = made
    missing = _object("v1", "ConfigMap", namespace, "after-the-restart")
    waiting = threading.Event()
    with ThreadPoolExecutor(1) as threads:
        found = threads.submit(
            until_current,
            api,
            [*made, key_of(missing)],
            _in(120),
            on_progress=lambda *_: waiting.set(),
        )
        assert waiting.wait(30)
        cluster.restart("kube-apiserver")
        api.apply(missing)
        assert overall(found.result()).sentence == "3 of 3 objects are Current"
    assert api.watched.count("ConfigMap") > 1
    assert found.result()[job].sentence.startswith("is suspended")


class SaidError(Exception):
    """The sentence that a test waits for."""


def _sentence(api: Cluster, manifest: Manifest, words: str) -> str:
    """The first sentence with these words that is told while the object is waited for."""

    def listen(_: ObjectKey, status: Status) -> None:
        if words in status.sentence:
            raise SaidError(status.sentence)

    made = _apply(api, manifest)
    with pytest.raises(SaidError) as caught:
        until_current(api, list(made), _in(60), on_progress=listen, known=made)
    return str(caught.value)


def _apply(api: Cluster, *manifests: Manifest) -> dict[ObjectKey, Manifest]:
    return {key_of(manifest): api.apply(manifest) for manifest in manifests}


def _in(seconds: float) -> float:
    return time.monotonic() + seconds


def _pod_name(api: Cluster, namespace: str, labels: str = "app=web") -> str:
    name, _, value = labels.partition("=")
    (found,), _ = api.list("v1", "Pod", namespace, labels={name: value})
    return str(found["metadata"]["name"])


def _object(api_version: str, kind: str, namespace: str | None, name: str) -> Json:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata}


def _template(command: Sequence[str], image: str = IMAGE) -> Json:
    container = {
        "name": "main",
        "image": image,
        "imagePullPolicy": "Never",
        "command": list(command),
        "readinessProbe": {"tcpSocket": {"port": 8080}, "periodSeconds": 1},
    }
    spec = {"containers": [container], "terminationGracePeriodSeconds": 0}
    return {"metadata": {"labels": {"app": "web"}}, "spec": spec}


def _deployment(
    namespace: str, command: Sequence[str], replicas: int = 1, name: str = "web", image: str = IMAGE
) -> Json:
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": "web"}}}
    template = _template(command, image)
    return {
        **_object("apps/v1", "Deployment", namespace, name),
        "spec": {**spec, "template": template},
    }


def _stateful_set(namespace: str, replicas: int) -> Json:
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": "web"}}, "serviceName": "web"}
    template = _template(SERVE)
    return {
        **_object("apps/v1", "StatefulSet", namespace, "db"),
        "spec": {**spec, "template": template},
    }


def _service(namespace: str) -> Json:
    spec = {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": 8080}]}
    return {**_object("v1", "Service", namespace, "web"), "spec": spec}


def _pod(namespace: str, command: Sequence[str]) -> Json:
    return {**_object("v1", "Pod", namespace, "web"), "spec": _template(command)["spec"]}


def _job(namespace: str, name: str, script: str, suspend: bool = False) -> Json:
    container = {
        "name": "main",
        "image": IMAGE,
        "imagePullPolicy": "Never",
        "command": ["sh", "-c", script],
    }
    pod = {"restartPolicy": "Never", "containers": [container]}
    spec = {"backoffLimit": 0, "suspend": suspend, "template": {"spec": pod}}
    return {**_object("batch/v1", "Job", namespace, name), "spec": spec}


def _definition(group: str) -> Json:
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": schema},
    }
    manifest = _object(
        "apiextensions.k8s.io/v1", "CustomResourceDefinition", None, f"widgets.{group}"
    )
    names = {"plural": "widgets", "kind": "Widget"}
    spec = {"group": group, "scope": "Namespaced", "names": names, "versions": [version]}
    return {**manifest, "spec": spec}
