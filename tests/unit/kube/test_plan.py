"""Errors of several objects, and what is settled without asking."""

from __future__ import annotations

import copy
import json
from pathlib import Path

from ansible_collections.stratum.platform.plugins.module_utils.kube.fingerprint import fingerprint
from ansible_collections.stratum.platform.plugins.module_utils.kube.identity import key_of
from ansible_collections.stratum.platform.plugins.module_utils.kube.plan import Known, together
from ansible_collections.stratum.platform.plugins.module_utils.kube.problem import (
    Conflict,
    Invalid,
    KubeError,
)

LIVE = json.loads((Path(__file__).parent / "fixtures" / "deployment.json").read_text("utf-8"))
MANIFEST = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}}
MANIFEST["metadata"] |= {"namespace": LIVE["metadata"]["namespace"]}
KEY = key_of(LIVE)


def known(live: dict | None, applied: dict, seen: str | None) -> Known:
    prints = {str(KEY): seen} if seen else {}
    return Known({KEY: live} if live else {}, {KEY: applied}, prints, ())


def test_the_same_manifest_on_an_untouched_object_is_settled():
    assert known(LIVE, MANIFEST, fingerprint(LIVE)).settled(MANIFEST)


def test_everything_else_has_to_be_asked():
    drifted = copy.deepcopy(LIVE)
    drifted["spec"]["replicas"] = 9
    seen = fingerprint(LIVE)
    assert not known(drifted, MANIFEST, seen).settled(MANIFEST)
    assert not known(LIVE, {**MANIFEST, "spec": {}}, seen).settled(MANIFEST)
    assert not known(LIVE, MANIFEST, None).settled(MANIFEST)
    assert not known(None, MANIFEST, seen).settled(MANIFEST)


def test_one_error_stays_as_it_is():
    error = Conflict("a", "b", "c")
    assert together([error]) is error


def test_several_errors_of_one_kind_are_told_with_one_cure():
    errors = [Invalid("bad", "Pod a/b", "mend it"), Invalid("worse", "Pod a/c", "mend it")]
    found = together(errors)
    assert type(found) is Invalid
    assert str(found) == ("2 objects are refused:\n  Pod a/b: bad\n  Pod a/c: worse\n  mend it")


def test_errors_of_several_kinds_are_of_the_common_one():
    assert type(together([Invalid("a", "", "x"), Conflict("b", "", "y")])) is KubeError
