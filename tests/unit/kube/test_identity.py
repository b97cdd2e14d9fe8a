"""What objects are called."""

from __future__ import annotations

from ansible_collections.stratum.platform.plugins.module_utils.kube.identity import (
    ObjectKey,
    key_of,
)


def test_a_key_is_written_with_its_namespace_where_it_has_one():
    assert str(ObjectKey("apps/v1", "Deployment", "delivery", "a")) == "Deployment delivery/a"
    assert str(ObjectKey("v1", "Namespace", None, "delivery")) == "Namespace delivery"


def test_a_kind_is_written_with_its_group():
    assert ObjectKey("apps/v1", "Deployment", "d", "a").group_kind == "Deployment.apps"
    assert ObjectKey("v1", "Secret", "d", "a").group_kind == "Secret"


def test_two_versions_of_one_api_are_one_object():
    old = key_of({"apiVersion": "batch/v1beta1", "kind": "CronJob", "metadata": {"name": "a"}})
    new = key_of({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "a"}})
    assert old.identity == new.identity
    assert old != new
