"""Which release an object belongs to."""

from __future__ import annotations

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.kube.ownership import (
    Owner,
    check,
    kept,
    owner_of,
)
from ansible_collections.stratum.platform.plugins.module_utils.kube.problem import OwnedByAnother
from ansible_collections.stratum.platform.tests.unit.kube.objects import OWNER, config


def test_an_owned_object_keeps_its_own_labels():
    assert OWNER.owned(config(labels={"app": "x"}))["metadata"]["labels"] == {
        "app": "x",
        "app.kubernetes.io/managed-by": "stratum",
        "stratum.platform/release": "collector",
        "stratum.platform/namespace": "delivery",
    }


def test_a_release_of_the_same_name_elsewhere_is_another():
    other = Owner("staging", "collector").owned(config())
    assert not OWNER.owns(other)
    assert owner_of(other) == "the release staging/collector"


def test_an_object_that_nobody_claims_may_be_taken():
    check(OWNER, [config(), OWNER.owned(config("b"))])


def test_objects_of_others_are_refused_together():
    helm = {"meta.helm.sh/release-name": "old", "meta.helm.sh/release-namespace": "tools"}
    others = [Owner("staging", "etl").owned(config()), config("b", annotations=helm)]
    with pytest.raises(OwnedByAnother) as caught:
        check(OWNER, others)
    assert str(caught.value) == (
        "release delivery/collector: ConfigMap delivery/a belongs to the release staging/etl; "
        "ConfigMap delivery/b belongs to Helm's tools/old\n"
        "  take them out of one of the two, or set `adopt: true` to take them over"
    )


@pytest.mark.parametrize(
    ("annotations", "stays"),
    [
        ({"stratum.platform/keep": "true"}, True),
        ({"helm.sh/resource-policy": "keep"}, True),
        ({"stratum.platform/keep": "false"}, False),
        (None, False),
    ],
)
def test_an_object_may_ask_to_stay(annotations, stays):
    assert kept({"metadata": {"annotations": annotations}}) is stays
