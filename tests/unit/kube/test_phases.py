"""The order in which kinds are applied."""

from __future__ import annotations

from ansible_collections.stratum.platform.plugins.module_utils.kube.identity import ObjectKey
from ansible_collections.stratum.platform.plugins.module_utils.kube.phases import in_phases


def test_what_others_need_comes_first_and_what_intercepts_them_last():
    keys = [
        ObjectKey("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", None, "w"),
        ObjectKey("example.org/v1", "Widget", "d", "a"),
        ObjectKey("apps/v1", "Deployment", "d", "a"),
        ObjectKey("v1", "Secret", "d", "a"),
        ObjectKey("apiextensions.k8s.io/v1", "CustomResourceDefinition", None, "c"),
        ObjectKey("v1", "Namespace", None, "d"),
    ]
    assert [[key.kind for key in group] for _, group in in_phases(keys)] == [
        ["Namespace"],
        ["CustomResourceDefinition"],
        ["Secret"],
        ["Widget", "Deployment"],
        ["ValidatingWebhookConfiguration"],
    ]


def test_a_kind_of_another_group_is_not_taken_for_the_one_of_its_name():
    knative = ObjectKey("serving.knative.dev/v1", "Service", "d", "a")
    assert [phase.name for phase, _ in in_phases([knative])] == ["WORKLOADS"]
