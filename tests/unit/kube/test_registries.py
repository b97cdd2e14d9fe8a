"""Logins of registries: who gets them, in which form, and who does not."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.kube.document import Source
from ansible_collections.stratum.platform.plugins.module_utils.kube.hook import hook_of
from ansible_collections.stratum.platform.plugins.module_utils.kube.normal import secret_values
from ansible_collections.stratum.platform.plugins.module_utils.kube.problem import SourceError
from ansible_collections.stratum.platform.plugins.module_utils.kube.registries import (
    logins,
    sign_in,
    sign_in_hooks,
)
from ansible_collections.stratum.platform.tests.unit.kube.objects import OWNER, config

HOST = "registry.example.org:5000"
KNOWN = {
    HOST: {"user": "puller", "password": "hunter2"},
    "docker.io": {"user": "hub", "password": "hunter3"},
    "gitlab.example.org/team": {"user": "team", "password": "hunter4"},
}
NAME = "collector-registries"
PRIVATE = f"{HOST}/stratum/collector@sha256:{'0' * 64}"


def pod(*images: str, **more: Any) -> dict[str, Any]:
    return {"containers": [{"name": "a", "image": image} for image in images], **more}


def workload(kind: str, spec: Any, namespace: str | None = "delivery") -> dict[str, Any]:
    api = {"Pod": "v1", "Job": "batch/v1", "CronJob": "batch/v1"}.get(kind, "apps/v1")
    metadata = {"name": "a", **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, "spec": spec}


def deployment(*images: str, namespace: str | None = "delivery", **more: Any) -> dict[str, Any]:
    return workload("Deployment", {"template": {"spec": pod(*images, **more)}}, namespace)


def signed(*manifests: dict[str, Any]) -> list[dict[str, Any]]:
    sources = [Source(manifest, "a.yml:1") for manifest in manifests]
    return [source.manifest for source in sign_in(sources, OWNER, KNOWN)]


def auths(secret: dict[str, Any]) -> dict[str, Any]:
    found = json.loads(base64.b64decode(secret["data"][".dockerconfigjson"]))
    return dict(found["auths"])


@pytest.mark.parametrize(
    ("kind", "spec"),
    [
        ("Pod", pod(PRIVATE)),
        ("Deployment", {"template": {"spec": pod(PRIVATE)}}),
        ("StatefulSet", {"template": {"spec": pod(PRIVATE)}}),
        ("DaemonSet", {"template": {"spec": {"initContainers": pod(PRIVATE)["containers"]}}}),
        ("Job", {"template": {"spec": pod("stratum/own", PRIVATE)}}),
        ("CronJob", {"jobTemplate": {"spec": {"template": {"spec": pod(PRIVATE)}}}}),
    ],
)
def test_pods_of_every_kind_name_the_secret(kind: str, spec: dict[str, Any]) -> None:
    found, secret = signed(workload(kind, spec))
    inner = found["spec"]
    for step in ("jobTemplate", "spec", "template", "spec"):
        inner = inner.get(step, inner)
    assert inner["imagePullSecrets"] == [{"name": NAME}]
    assert secret["metadata"] == {"name": NAME, "namespace": "delivery"}


def test_the_secret_is_what_kubelet_reads() -> None:
    _, secret = signed(deployment(PRIVATE))
    account = base64.b64encode(b"puller:hunter2").decode()
    assert secret["type"] == "kubernetes.io/dockerconfigjson"
    assert auths(secret) == {HOST: {"username": "puller", "password": "hunter2", "auth": account}}


@pytest.mark.parametrize(
    ("image", "entries"),
    [
        ("nginx:1", ["https://index.docker.io/v1/"]),
        ("grafana/grafana@sha256:1", ["https://index.docker.io/v1/"]),
        ("docker.io/grafana/loki:3", ["https://index.docker.io/v1/"]),
        ("gitlab.example.org/team/app:1", ["gitlab.example.org/team"]),
        (f"{HOST}/a", [HOST]),
    ],
)
def test_an_image_is_of_the_registry_that_its_name_says(image: str, entries: list[str]) -> None:
    _, secret = signed(deployment(image))
    assert list(auths(secret)) == entries


@pytest.mark.parametrize(
    "image",
    [
        "registry.example.org/a",
        "registry.example.org:5001/a",
        "gitlab.example.org/teams/app",
        "gitlab.example.org/other",
        "localhost/stratum/base:1",
    ],
)
def test_who_pulls_from_elsewhere_is_told_no_password(image: str) -> None:
    manifests = [deployment(image), config()]
    assert signed(*manifests) == manifests


def test_each_namespace_gets_only_the_logins_of_its_own_pods() -> None:
    found = signed(deployment(PRIVATE, namespace=None), deployment("nginx", namespace="other"))
    secrets = {m["metadata"]["namespace"]: list(auths(m)) for m in found[2:]}
    assert secrets == {"delivery": [HOST], "other": ["https://index.docker.io/v1/"]}


def test_what_a_pod_names_already_stays() -> None:
    found, _ = signed(deployment(PRIVATE, imagePullSecrets=[{"name": "own"}]))
    named = found["spec"]["template"]["spec"]["imagePullSecrets"]
    assert named == [{"name": "own"}, {"name": NAME}]


def test_a_custom_resource_is_left_as_it_is() -> None:
    own = deployment(PRIVATE) | {"apiVersion": "example.org/v1"}
    assert signed(own) == [own]


def test_the_login_of_hooks_is_there_before_the_first_and_gone_after_the_last() -> None:
    annotations = {"helm.sh/hook": "pre-install,post-upgrade", "helm.sh/hook-weight": "-5"}
    job = workload("Job", {"template": {"spec": pod(PRIVATE)}})
    job["metadata"]["annotations"] = annotations
    given = hook_of(job)
    assert given
    found, secret = sign_in_hooks([given], OWNER, KNOWN)
    named = found.manifest["spec"]["template"]["spec"]["imagePullSecrets"]
    assert named == [{"name": secret.key.name}] == [{"name": "collector-hook-registries"}]
    assert (secret.events, secret.weight) == (given.events, -5)
    assert secret.delete_policies == {"before-hook-creation", "hook-succeeded"}


def test_hooks_without_such_images_bring_no_secret() -> None:
    job = workload("Job", {"template": {"spec": pod("localhost/a")}})
    job["metadata"]["annotations"] = {"helm.sh/hook": "pre-install"}
    given = hook_of(job)
    assert given and sign_in_hooks([given], OWNER, KNOWN) == [given]


def test_passwords_are_among_what_no_log_line_may_show() -> None:
    _, secret = signed(deployment(PRIVATE))
    hidden = secret_values([secret])
    assert {"hunter2", base64.b64encode(b"puller:hunter2").decode()} < set(hidden)


@pytest.mark.parametrize("text", ["", "[]", '{"auths": 1}', '{"auths": {"a": []}}', "{"])
def test_somebody_elses_broken_login_breaks_nothing(text: str) -> None:
    data = {".dockerconfigjson": base64.b64encode(text.encode()).decode()}
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "data": data}
    assert secret_values([secret]) == [text]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("hunter2", "registries: it is not a map"),
        ({"a.org": "hunter2"}, "registries.a.org: it has not exactly user and password"),
        ({"a.org": {"user": "u"}}, "registries.a.org: it has not exactly user and password"),
        (
            {"a.org": {"user": "u", "password": 17}},
            "registries.a.org.password: it is no text, or empty",
        ),
        (
            {"a.org": {"user": "", "password": "hunter2"}},
            "registries.a.org.user: it is no text, or empty",
        ),
    ],
)
def test_a_task_that_says_it_otherwise_is_told_how_without_the_password(
    given: Any, told: str
) -> None:
    with pytest.raises(SourceError) as caught:
        logins(given)
    cure = "write {registry.example.org: {user: puller, password: …}}"
    assert str(caught.value) == f"{told}\n  {cure}"
