"""Sources as they are applied."""

from __future__ import annotations

import base64

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.kube.document import Source
from ansible_collections.stratum.platform.plugins.module_utils.kube.normal import (
    images,
    secret_values,
    wanted,
)
from ansible_collections.stratum.platform.plugins.module_utils.kube.problem import (
    SourceError,
    UnknownKind,
)
from ansible_collections.stratum.platform.tests.unit.kube.objects import OWNER

CLUSTER_WIDE = ("Namespace", "CustomResourceDefinition")


def normal(*manifests: dict) -> list[dict]:
    def namespaced(api_version: str, kind: str) -> bool:
        if api_version == "example.org/v1":
            raise UnknownKind("unknown", "", "")
        return kind not in CLUSTER_WIDE

    sources = [Source(manifest, f"a.yml:{n}") for n, manifest in enumerate(manifests)]
    return wanted(sources, OWNER, namespaced)


def an(kind: str, api_version: str = "v1", metadata: dict | None = None, **rest) -> dict:
    about = {"apiVersion": api_version, "kind": kind}
    return {**about, "metadata": {"name": "a", **(metadata or {})}, **rest}


def definition(scope: str) -> dict:
    spec = {
        "group": "example.org",
        "scope": scope,
        "names": {"kind": "Widget"},
        "versions": [{"name": "v1"}],
    }
    return an("CustomResourceDefinition", "apiextensions.k8s.io/v1", spec=spec)


def refusal(*manifests: dict) -> str:
    with pytest.raises(SourceError) as caught:
        normal(*manifests)
    return str(caught.value)


def test_objects_come_into_the_namespace_of_the_release_or_the_one_they_name():
    found = normal(an("Pod"), an("Pod", metadata={"namespace": "other"}), an("Namespace"))
    assert [m["metadata"].get("namespace") for m in found] == ["delivery", "other", None]


@pytest.mark.parametrize(("scope", "namespace"), [("Namespaced", "delivery"), ("Cluster", None)])
def test_of_a_kind_that_a_source_defines_the_definition_says_where_it_lives(scope, namespace):
    widget = normal(an("Widget", "example.org/v1"), definition(scope))[0]
    assert widget["metadata"].get("namespace") == namespace


def test_what_is_not_the_sources_to_say_is_left_out():
    noisy = an("Pod", metadata={"creationTimestamp": None, "uid": "1"}, status={})
    assert normal(noisy) == normal(an("Pod"))


def test_the_text_of_a_secret_is_sent_as_it_is_kept():
    old = base64.b64encode(b"old").decode()
    secret = normal(an("Secret", data={"a": old}, stringData={"b": "näw"}))[0]
    assert "stringData" not in secret
    assert secret_values([secret]) == ["old", "näw"]


def test_a_secret_that_is_not_base64_is_refused_without_its_value():
    assert refusal(an("Secret", data={"a": "hunter2!"})) == (
        "a.yml:0: Secret a: data.a is not base64\n  put plain text in `stringData`"
    )


def test_a_secret_that_is_not_text_is_refused():
    assert refusal(an("Secret", stringData={"a": 5})) == (
        "a.yml:0: Secret a: stringData.a is not text\n  quote it"
    )


def test_an_object_that_is_there_twice_is_refused_with_both_places():
    assert refusal(an("Pod"), an("Pod", metadata={"namespace": "delivery"})) == (
        "a.yml:1: Pod delivery/a is here twice; the first is at a.yml:0\n  take one of the two out"
    )


def test_images_are_found_wherever_a_kind_has_its_containers():
    pod = {"containers": [{"image": "b:1"}], "initContainers": [{"image": "a:1"}]}
    cron = {"jobTemplate": {"spec": {"template": {"spec": {"containers": [{"image": "c:1"}]}}}}}
    assert images([an("Pod", spec=pod), an("CronJob", spec=cron)]) == ["a:1", "b:1", "c:1"]
