"""The result of a run."""

from __future__ import annotations

from ansible_collections.stratum.platform.plugins.module_utils.kube.outcome import (
    Outcome,
    of_removals,
)
from ansible_collections.stratum.platform.plugins.module_utils.kube.prune import Removal
from ansible_collections.stratum.platform.tests.unit.kube.objects import config, key


def test_the_result_tells_every_object_and_shows_only_those_that_differ():
    removals = [Removal(key("ConfigMap"), config()), Removal(key("Secret"), {}, "it holds data")]
    result = Outcome(True, 3, of_removals(removals), ["a:1"]).result(diff=True)
    assert result["objects"] == [
        {"object": "ConfigMap delivery/a", "change": "deleted"},
        {"object": "Secret delivery/a", "change": "kept", "reason": "it holds data"},
    ]
    assert [entry["after_header"] for entry in result["diff"]] == ["ConfigMap delivery/a (deleted)"]
    assert (result["changed"], result["revision"], result["images"]) == (True, 3, ["a:1"])


def test_differences_are_left_out_where_nobody_asked():
    assert "diff" not in Outcome(True, 1).result(diff=False)
