"""Applying a release to a real cluster: what becomes of its objects, and what is refused."""

from __future__ import annotations

import json
import secrets

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.kube.problem import (
    Conflict,
    Immutable,
    Invalid,
    KubeError,
    OwnedByAnother,
    UnknownKind,
)
from releasing import Releases, changes, config, deployment, secret


@pytest.fixture
def releases(cluster, namespace) -> Releases:
    return Releases(cluster.kubeconfig, namespace)


def revisions(cluster, namespace) -> list[str]:
    names = cluster.kubectl("-n", namespace, "get", "secrets", "-o", "name").split()
    return [name.rpartition(".")[2] for name in names if "stratum.release" in name]


def everything(cluster, namespace) -> str:
    """All that a check could have changed, with its versions."""
    kinds = "configmaps,secrets,leases"
    return cluster.kubectl("-n", namespace, "get", kinds, "-o", "yaml", "--show-managed-fields")


def test_objects_are_created_labelled_and_recorded(cluster, namespace, releases):
    outcome = releases.install(config("a") + secret("b", "hunter2"))
    assert outcome.result(diff=False) == {
        "changed": True,
        "revision": 1,
        "objects": [
            {"object": f"ConfigMap {namespace}/a", "change": "created"},
            {"object": f"Secret {namespace}/b", "change": "created"},
        ],
        "images": [],
    }
    labels = cluster.kubectl("-n", namespace, "get", "cm", "a", "-o", "jsonpath={.metadata.labels}")
    assert json.loads(labels) == {
        "app.kubernetes.io/managed-by": "stratum",
        "stratum.platform/namespace": namespace,
        "stratum.platform/release": "app",
    }


def test_the_same_again_changes_nothing_and_writes_no_revision(cluster, namespace, releases):
    text = config("a") + secret("b", "hunter2") + deployment("d")
    releases.install(text)
    before = cluster.kubectl("-n", namespace, "get", "cm,secret,lease", "-o", "yaml")
    again = releases.install(text)
    assert (again.changed, again.revision, changes(again)) == (False, 1, {})
    assert cluster.kubectl("-n", namespace, "get", "cm,secret,lease", "-o", "yaml") == before


def test_one_changed_field_changes_one_object(cluster, namespace, releases):
    releases.install(config("a") + config("b"))
    outcome = releases.install(config("a") + config("b", "2"))
    assert changes(outcome) == {f"ConfigMap {namespace}/b": "changed"}
    assert revisions(cluster, namespace) == ["v1", "v2"]


def test_what_leaves_the_source_is_pruned_and_nothing_else(cluster, namespace, releases):
    releases.install(config("a") + config("b") + config("c"))
    cluster.kubectl("-n", namespace, "create", "configmap", "foreign")
    cluster.kubectl("-n", namespace, "label", "configmap", "c", "stratum.platform/release-")
    outcome = releases.install(config("a"))
    assert changes(outcome) == {f"ConfigMap {namespace}/b": "deleted"}
    left = cluster.kubectl("-n", namespace, "get", "configmaps", "-o", "name").split()
    assert left == [f"configmap/{name}" for name in ("a", "c", "foreign", "kube-root-ca.crt")]


def test_what_holds_data_is_kept_and_said(cluster, namespace, releases):
    keep = config("b").replace("name: b", 'name: b\n  annotations: {stratum.platform/keep: "true"}')
    releases.install(config("a") + keep)
    outcome = releases.install(config("a"))
    assert {item.told["object"]: item.reason for item in outcome.items if item.reason} == {
        f"ConfigMap {namespace}/b": "its annotation says so"
    }
    cluster.kubectl("-n", namespace, "get", "configmap", "b")


@pytest.mark.parametrize(
    "drift",
    [
        ["patch", "configmap", "a", "--type=merge", '-p={"data":{"key":"drifted"}}'],
        ["delete", "configmap", "a"],
        ["label", "configmap", "a", "stratum.platform/release-"],
    ],
    ids=["changed", "deleted", "unlabelled"],
)
def test_drift_on_the_cluster_is_found_and_mended(cluster, namespace, releases, drift):
    releases.install(config("a") + config("b"))
    cluster.kubectl("-n", namespace, *drift)
    outcome = releases.install(config("a") + config("b"), force=True)
    assert list(changes(outcome)) == [f"ConfigMap {namespace}/a"]
    assert releases.install(config("a") + config("b")).changed is False


def test_a_field_of_another_manager_is_named_with_its_manager(cluster, namespace, releases):
    releases.install(config("a"))
    edit = ("--field-manager=kubectl-edit", "--type=merge", '-p={"data":{"key":"edited"}}')
    cluster.kubectl("-n", namespace, "patch", "configmap", "a", *edit)
    with pytest.raises(Conflict) as caught:
        releases.install(config("a"))
    assert str(caught.value) == (
        f"ConfigMap {namespace}/a: fields belong to others: .data.key to kubectl-edit\n"
        "  take the fields out of the source, or set `force: true` to take them over"
    )
    taken = releases.install(config("a"), force=True)
    assert changes(taken) == {f"ConfigMap {namespace}/a": "changed"}


def test_an_immutable_field_is_found_before_anything_changes(cluster, namespace, releases):
    releases.install(config("a") + deployment("d"), wait=False)
    changed = deployment("d").replace("{app: d}", "{app: other}")
    with pytest.raises(Immutable) as caught:
        releases.install(config("a", "2") + changed)
    assert str(caught.value) == (
        f"Deployment {namespace}/d: a field cannot change: "
        "spec.selector: Invalid value: …: field is immutable\n"
        "  keep the old value, or give the object the annotation "
        'stratum.platform/recreate: "true": it is then deleted and made anew'
    )
    assert revisions(cluster, namespace) == ["v1"]
    value = cluster.kubectl("-n", namespace, "get", "cm", "a", "-o", "jsonpath={.data.key}")
    assert value == "1"


def test_an_object_that_says_so_is_made_anew(cluster, namespace, releases):
    releases.install(deployment("d"))
    agreed = 'name: d\n  annotations: {stratum.platform/recreate: "true"}'
    changed = deployment("d").replace("{app: d}", "{app: other}").replace("name: d", agreed, 1)
    foretold = releases.install(changed, check=True)
    outcome = releases.install(changed)
    assert changes(outcome) == {f"Deployment {namespace}/d": "recreated"}
    assert foretold.result(diff=True) == outcome.result(diff=True)


def test_all_that_is_refused_is_told_together_and_nothing_is_done(cluster, namespace, releases):
    bad = deployment("d").replace("Never", "Sometimes")
    wrong = config("b").replace("\ndata:", "\ndta:")
    with pytest.raises(Invalid) as caught:
        releases.install(config("a") + wrong + bad)
    assert str(caught.value) == (
        "2 objects are refused:\n"
        f"  ConfigMap {namespace}/b: the API server refuses it: "
        ".dta: field not declared in schema\n"
        f"  Deployment {namespace}/d: the API server refuses it: "
        'spec.template.spec.containers[0].imagePullPolicy: Unsupported value: "Sometimes": '
        'supported values: "Always", "IfNotPresent", "Never"\n'
        "  correct the object in its source"
    )
    assert revisions(cluster, namespace) == []


def test_a_kind_that_nobody_defines_is_refused(releases):
    widget = "{apiVersion: none.example.org/v1, kind: Widget, metadata: {name: a}}"
    with pytest.raises(UnknownKind) as caught:
        releases.install(widget)
    assert caught.value.what == "the API server serves no Widget of none.example.org/v1"


def test_an_object_of_another_release_is_refused_until_it_is_adopted(namespace, releases):
    releases.install(config("a"), name="first")
    with pytest.raises(OwnedByAnother) as caught:
        releases.install(config("a", "2"), name="second")
    assert str(caught.value) == (
        f"release {namespace}/second: "
        f"ConfigMap {namespace}/a belongs to the release {namespace}/first\n"
        "  take them out of one of the two, or set `adopt: true` to take them over"
    )
    adopted = releases.install(config("a", "2"), name="second", adopt=True)
    assert changes(adopted) == {f"ConfigMap {namespace}/a": "changed"}
    assert releases.remove(name="first").items == []


def test_a_check_foretells_what_the_run_does_and_changes_nothing(cluster, namespace, releases):
    releases.install(config("a") + config("b") + secret("s", "old password"))
    text = config("a", "2") + config("c") + secret("s", "new password")
    before = everything(cluster, namespace)
    foretold = releases.install(text, check=True).result(diff=True)
    assert everything(cluster, namespace) == before
    assert foretold == releases.install(text).result(diff=True)
    assert "password: (hidden, sha256" in str(foretold["diff"])
    assert "old password" not in str(foretold)


def test_a_check_makes_no_namespace(cluster):
    name = f"test-{secrets.token_hex(4)}"
    releases = Releases(cluster.kubeconfig, name)
    text = config("a") + deployment("d")
    foretold = releases.install(text, check=True).result(diff=True)
    assert name not in cluster.kubectl("get", "namespaces", "-o", "name")
    try:
        assert foretold == releases.install(text).result(diff=True)
        assert foretold["objects"][0] == {"object": f"Namespace {name}", "change": "created"}
    finally:
        cluster.kubectl("delete", "namespace", name, "--wait=false")


def widgets(group: str) -> tuple[str, str]:
    """A definition, and an object of it."""
    spec = {
        "group": group,
        "scope": "Namespaced",
        "names": {"kind": "Widget", "plural": "widgets", "singular": "widget"},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "properties": {
                            "spec": {"type": "object", "properties": {"size": {"type": "integer"}}}
                        },
                    }
                },
            }
        ],
    }
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"widgets.{group}"},
        "spec": spec,
    }
    widget = {
        "apiVersion": f"{group}/v1",
        "kind": "Widget",
        "metadata": {"name": "a"},
        "spec": {"size": 1},
    }
    return f"---\n{json.dumps(definition)}\n", f"---\n{json.dumps(widget)}\n"


def test_a_definition_and_its_object_come_in_one_source(cluster, namespace, releases):
    group = f"g{secrets.token_hex(4)}.example.org"
    definition, widget = widgets(group)
    foretold = releases.install(widget + definition, check=True)
    outcome = releases.install(widget + definition)
    try:
        assert changes(outcome) == {
            f"Widget {namespace}/a": "created",
            f"CustomResourceDefinition widgets.{group}": "created",
        }
        assert foretold.result(diff=True) == outcome.result(diff=True)
        assert releases.install(widget + definition).changed is False
        grown = widget.replace('"size": 1', '"size": 2')
        assert changes(releases.install(grown + definition)) == {f"Widget {namespace}/a": "changed"}
    finally:
        releases.remove()
    assert group not in cluster.kubectl("get", "crds", "-o", "name")


def test_a_definition_that_others_use_stays(cluster, namespace, releases):
    group = f"g{secrets.token_hex(4)}.example.org"
    definition, widget = widgets(group)
    releases.install(definition)
    cluster.kubectl("-n", namespace, "apply", "-f", "-", stdin=widget)
    try:
        outcome = releases.remove()
        assert [item.told for item in outcome.items] == [
            {
                "object": f"CustomResourceDefinition widgets.{group}",
                "change": "kept",
                "reason": f"Widget {namespace}/a would go with it",
            }
        ]
    finally:
        cluster.kubectl("delete", "crd", f"widgets.{group}", "--wait=false")


def test_a_namespace_of_the_source_comes_before_what_is_in_it(cluster, namespace, releases):
    other = f"{namespace}-other"
    text = config("a").replace("name: a", f"name: a\n  namespace: {other}")
    text += f"---\n{{apiVersion: v1, kind: Namespace, metadata: {{name: {other}}}}}\n"
    foretold = releases.install(text, check=True)
    try:
        outcome = releases.install(text)
        assert foretold.result(diff=True) == outcome.result(diff=True)
        assert changes(outcome) == {
            f"ConfigMap {other}/a": "created",
            f"Namespace {other}": "created",
        }
        assert changes(releases.remove()) == {
            f"ConfigMap {other}/a": "deleted",
            f"Namespace {other}": "kept",
        }
    finally:
        cluster.kubectl("delete", "namespace", other, "--wait=false")


def test_a_namespace_that_nothing_makes_is_refused(releases):
    text = config("a").replace("name: a", "name: a\n  namespace: does-not-exist")
    with pytest.raises(KubeError) as caught:
        releases.install(text)
    assert str(caught.value) == (
        "ConfigMap does-not-exist/a: the namespace does-not-exist does not exist\n"
        "  put it in the sources, or make it first"
    )


def test_values_of_secrets_are_in_no_error(releases):
    bad = secret("s", "hunter2").replace("\ndata:", "\ntype: kubernetes.io/tls\ndata:")
    with pytest.raises(Invalid) as caught:
        releases.install(bad)
    assert "hunter2" not in str(caught.value)
    assert "aHVudGVyMg" not in str(caught.value)


def test_objects_in_many_namespaces_are_one_release(cluster, namespace, releases):
    names = [f"{namespace}-{number}" for number in range(6)]
    about = "---\n{{apiVersion: v1, kind: Namespace, metadata: {{name: {}}}}}\n"
    inside = config("a").replace("name: a", "name: a\n  namespace: {}")
    text = "".join((about + inside).format(name, name) for name in names)
    try:
        assert len(changes(releases.install(text))) == 12
        assert releases.install(text).changed is False
        fewer = "".join((about + inside).format(name, name) for name in names[1:])
        assert changes(releases.install(fewer)) == {
            f"ConfigMap {names[0]}/a": "deleted",
            f"Namespace {names[0]}": "kept",
        }
    finally:
        cluster.kubectl("delete", "namespace", *names, "--wait=false")


def gate(namespace: str) -> dict:
    """A webhook that refuses every ConfigMap of the namespace: what it asks does not speak TLS."""
    rule = {
        "apiGroups": [""],
        "apiVersions": ["v1"],
        "operations": ["*"],
        "resources": ["configmaps"],
    }
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": namespace},
        "webhooks": [
            {
                "name": "gate.example.org",
                "admissionReviewVersions": ["v1"],
                "sideEffects": "None",
                "failurePolicy": "Fail",
                "timeoutSeconds": 1,
                "clientConfig": {"service": {"name": "d", "namespace": namespace, "port": 80}},
                "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}},
                "rules": [rule],
            }
        ],
    }


def test_a_webhook_comes_after_what_it_would_refuse_and_goes_before_it(
    cluster, namespace, releases
):
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "d"},
        "spec": {"selector": {"app": "d"}, "ports": [{"port": 80}]},
    }
    objects = f"---\n{json.dumps(gate(namespace))}\n---\n{json.dumps(service)}\n"
    text = objects + config("a") + deployment("d")
    try:
        assert len(changes(releases.install(text))) == 4
        with pytest.raises(KubeError) as caught:
            releases.install(text + config("b"))
        assert "gate.example.org" in caught.value.what
        assert "deleted" in changes(releases.remove()).values()
    finally:
        name = f"validatingwebhookconfiguration/{namespace}"
        cluster.kubectl("delete", name, "--ignore-not-found")
