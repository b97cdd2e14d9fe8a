"""Answers of a real API server (fixtures/answers.json) as errors with their cures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.kube import problem
from ansible_collections.stratum.platform.plugins.module_utils.kube.explain import explain

ANSWERS = json.loads((Path(__file__).parent / "fixtures" / "answers.json").read_text("utf-8"))


def explained(name: str, kind: str = "Deployment") -> problem.KubeError:
    answer = ANSWERS[name]
    body = answer["body"] if isinstance(answer["body"], str) else json.dumps(answer["body"])
    return explain(answer["code"], body.encode(), f"{kind} a/b", kind)


@pytest.mark.parametrize(
    ("name", "kind", "error"),
    [
        ("field_conflict", "Deployment", problem.Conflict),
        ("immutable_selector", "Deployment", problem.Immutable),
        ("immutable_address", "Service", problem.Immutable),
        ("immutable_config_map", "ConfigMap", problem.Immutable),
        ("immutable_claim", "PersistentVolumeClaim", problem.Immutable),
        ("immutable_role", "RoleBinding", problem.Immutable),
        ("immutable_stateful_set", "StatefulSet", problem.Immutable),
        ("immutable_pod", "Pod", problem.Immutable),
        ("invalid_value", "Deployment", problem.Invalid),
        ("unknown_field", "Deployment", problem.Invalid),
        ("invalid_secret", "Secret", problem.Invalid),
        ("no_namespace", "Deployment", problem.NotFound),
        ("no_such_object", "Pod", problem.NotFound),
        ("no_such_path", "Widget", problem.UnknownKind),
        ("already_exists", "Namespace", problem.AlreadyExists),
        ("no_service_account", "Pod", problem.Forbidden),
        ("terminating", "ConfigMap", problem.Terminating),
    ],
)
def test_an_answer_becomes_the_error_it_stands_for(name, kind, error):
    assert type(explained(name, kind)) is error


def test_a_conflict_names_field_and_manager_and_how_to_take_it():
    assert str(explained("field_conflict")) == (
        "Deployment a/b: fields belong to others: .spec.replicas to kubectl-edit\n"
        "  take the fields out of the source, or set `force: true` to take them over"
    )


def test_a_field_that_cannot_change_is_told_with_its_cure():
    assert str(explained("immutable_selector")) == (
        "Deployment a/b: a field cannot change: "
        "spec.selector: Invalid value: …: field is immutable\n"
        "  keep the old value, or give the object the annotation stratum.platform/recreate: "
        '"true": it is then deleted and made anew'
    )


def test_data_is_never_offered_to_be_made_anew():
    assert explained("immutable_claim", "PersistentVolumeClaim").cure == (
        "keep the old value, or make one with another name and move what it holds"
    )


def test_a_field_that_does_not_exist_is_told_by_its_path():
    assert explained("unknown_field").what == (
        "the API server refuses it: .spec.replcas: field not declared in schema"
    )


@pytest.mark.parametrize("name", ["invalid_secret", "unfit_secret"])
def test_what_is_said_of_a_secret_is_not_repeated(name):
    text = str(explained(name, "Secret"))
    assert "hunter2" not in text
    assert "its words are not shown, as they may hold the secret" in text


def test_an_answer_that_is_no_status_is_quoted():
    assert str(explain(503, b"upstream is down", "Pod a/b")) == (
        "Pod a/b: the API server answers 503: upstream is down\n"
        "  if a webhook is named, look at its pods; else at the API server's log"
    )
