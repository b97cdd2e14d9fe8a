"""What is shown of two states of an object, and what never is."""

from __future__ import annotations

import base64

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.stratum.platform.plugins.module_utils.kube.difference import (
    LAST_APPLIED,
    differs,
    entry,
)
from ansible_collections.stratum.platform.tests.unit.kube.objects import config, key, secret


def test_what_the_api_server_keeps_for_itself_is_no_difference():
    live = config(uid="1", resourceVersion="2", managedFields=[{}], annotations={LAST_APPLIED: ""})
    assert not differs(config(), {**live, "status": {"phase": "Active"}})


def test_a_change_is_shown_as_yaml_with_what_happens_in_the_header():
    shown = entry(key("ConfigMap"), "changed", config(uid="1"), {**config(), "data": {"key": "2"}})
    head = "apiVersion: v1\ndata:\n  key: '{}'\nkind: ConfigMap\nmetadata:\n  name: a\n"
    assert shown == {
        "before_header": "ConfigMap delivery/a (on the cluster)",
        "after_header": "ConfigMap delivery/a (changed)",
        "before": head.format(1) + "  namespace: delivery\n",
        "after": head.format(2) + "  namespace: delivery\n",
    }


def test_an_object_that_is_created_has_nothing_before():
    shown = entry(key("ConfigMap"), "created", None, config())
    assert (shown["before_header"], shown["before"]) == ("ConfigMap delivery/a (absent)", "")


@given(st.text(min_size=5), st.text(min_size=5))
def test_values_of_secrets_are_hidden_but_seen_to_differ(old, new):
    before, after = (base64.b64encode(v.encode()).decode() for v in (f"old{old}", f"new{new}"))
    applied = {"annotations": {LAST_APPLIED: before}}
    live = secret(before)
    live["metadata"] |= applied
    shown = entry(key("Secret"), "changed", live, secret(after))
    text = "".join(shown.values())
    assert before not in text
    assert after not in text
    assert shown["before"] != shown["after"]


def test_a_hidden_value_is_known_by_the_start_of_its_digest():
    shown = entry(key("Secret"), "created", None, secret(base64.b64encode(b"hunter2").decode()))
    assert "password: (hidden, sha256 f52f…)" in shown["after"]
