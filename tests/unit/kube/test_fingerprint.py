"""What a fingerprint notices on a real object (fixtures/deployment.json), and what it need not."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.kube.fingerprint import fingerprint

LIVE = json.loads((Path(__file__).parent / "fixtures" / "deployment.json").read_text("utf-8"))


def changed(change) -> dict:
    live = copy.deepcopy(LIVE)
    change(live, live["spec"]["template"]["spec"]["containers"][0])
    return live


SEEN = {
    "an owned field": lambda live, main: live["spec"].update(replicas=7),
    "a field in an item of a list": lambda live, main: main.update(image="other"),
    "an item of a list in a list": lambda live, main: main["env"][0].update(value="2"),
    "an item that is gone": lambda live, main: main["env"].clear(),
    "an atomic map": lambda live, main: live["spec"]["selector"]["matchLabels"].update(x="y"),
    "ownership of a field": lambda live, main: live["metadata"]["managedFields"][0]["fieldsV1"][
        "f:spec"
    ].pop("f:replicas"),
}
NOT_SEEN = {
    "the status": lambda live, main: live["status"].update(replicas=7),
    "the version": lambda live, main: live["metadata"].update(resourceVersion="9", generation=9),
    "another's annotation": lambda live, main: live["metadata"]["annotations"].update(a="b"),
    "another's field": lambda live, main: live["spec"].update(paused=True),
    "another's item": lambda live, main: main["env"].append({"name": "B", "value": "1"}),
    "the time of ownership": lambda live, main: live["metadata"]["managedFields"][0].update(
        time=""
    ),
}


@pytest.mark.parametrize("change", SEEN.values(), ids=SEEN)
def test_a_change_that_applying_would_undo_is_seen(change):
    assert fingerprint(changed(change)) != fingerprint(LIVE)


@pytest.mark.parametrize("change", NOT_SEEN.values(), ids=NOT_SEEN)
def test_a_change_that_applying_would_leave_is_not(change):
    assert fingerprint(changed(change)) == fingerprint(LIVE)


def test_an_object_that_is_being_deleted_has_none():
    going = changed(lambda live, main: live["metadata"].update(deletionTimestamp="now"))
    assert fingerprint(going) is None


def test_an_object_of_which_we_own_nothing_has_none():
    foreign = changed(lambda live, main: live["metadata"]["managedFields"].pop(0))
    assert fingerprint(foreign) is None
