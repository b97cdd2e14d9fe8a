"""What becomes of objects that a release no longer wants."""

from __future__ import annotations

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.kube.identity import (
    ObjectKey,
    key_of,
)
from ansible_collections.stratum.platform.plugins.module_utils.kube.ownership import KEEP, Owner
from ansible_collections.stratum.platform.plugins.module_utils.kube.prune import removals
from ansible_collections.stratum.platform.tests.unit.kube.objects import OWNER, config, key


def live(kind: str, owner: Owner = OWNER, **metadata) -> dict:
    about = key(kind)
    whole = {"apiVersion": about.api_version, "kind": about.kind}
    return owner.owned({**config(**metadata), **whole})


def test_what_is_wanted_no_more_is_deleted_and_nothing_else():
    objects = {key_of(found): found for found in (live("ConfigMap"), live("Secret"))}
    gone = removals(OWNER, [*objects, key("Pod")], [key("Secret")], objects)
    assert [(each.key, each.kept_because) for each in gone] == [(key("ConfigMap"), "")]


def test_an_object_that_left_the_release_is_let_be():
    objects = {
        key("ConfigMap"): config(),
        key("Secret"): live("Secret", Owner("delivery", "etl")),
    }
    assert removals(OWNER, objects, [], objects) == []


def test_the_same_object_in_another_version_of_its_api_is_still_wanted():
    old = ObjectKey("apps/v1beta1", "Deployment", "delivery", "a")
    objects = {old: live("Deployment.apps")}
    assert removals(OWNER, [old], [key("Deployment.apps")], objects) == []


@pytest.mark.parametrize(
    ("kind", "metadata", "reason"),
    [
        ("PersistentVolumeClaim", {}, "a PersistentVolumeClaim holds data"),
        ("Namespace", {}, "a Namespace holds data"),
        ("ConfigMap", {"annotations": {KEEP: "true"}}, "its annotation says so"),
    ],
)
def test_what_must_stay_is_kept_unless_it_is_purged(kind, metadata, reason):
    objects = {key(kind): live(kind, **metadata)}
    assert [each.kept_because for each in removals(OWNER, objects, [], objects)] == [reason]
    assert [e.kept_because for e in removals(OWNER, objects, [], objects, purge=True)] == [""]
