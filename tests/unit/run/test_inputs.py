"""Inputs: references replaced, and a digest of all that matters which reveals no secret."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.stratum.platform.plugins.module_utils.run.inputs import (
    Inputs,
    reference,
    work_out,
)

INSTANCE: dict[str, Any] = {
    "name": "collector@local",
    "role": "stratum.platform.collector",
    "driver": "host",
    "version": "1.0.0",
    "files": [{"name": "a.whl", "sha256": "00"}],
    "images": [],
    "vars": {
        "collector_port": 8480,
        "collector_s3_endpoint": {"output": "object_store.url"},
        "collector_sources": {"github": [{"name": "main", "value": {"secret": "collector.key"}}]},
    },
}


def of(
    instance: dict[str, Any] = INSTANCE,
    role: str = "sha256:1",
    url: str = "http://127.0.0.1:8333",
    secret: str = "correct horse",
) -> Inputs:
    return work_out(instance, role, lambda c, k: f"{url}#{c}.{k}", lambda c, k: f"{secret}#{c}.{k}")


def test_references_are_replaced_at_any_depth() -> None:
    assert of().variables == {
        "collector_port": 8480,
        "collector_s3_endpoint": "http://127.0.0.1:8333#object_store.url",
        "collector_sources": {"github": [{"name": "main", "value": "correct horse#collector.key"}]},
    }


def test_the_same_inputs_have_the_same_digest_whatever_the_order_of_keys() -> None:
    turned = {key: INSTANCE[key] for key in reversed(INSTANCE)}
    turned["vars"] = {key: INSTANCE["vars"][key] for key in reversed(INSTANCE["vars"])}
    assert of(turned).digest == of().digest


@pytest.mark.parametrize(
    "other",
    [
        of({**INSTANCE, "vars": {**INSTANCE["vars"], "collector_port": 8481}}),
        of({**INSTANCE, "vars": {**INSTANCE["vars"], "collector_id": "c2"}}),
        of({**INSTANCE, "version": "1.0.1"}),
        of({**INSTANCE, "driver": "kubernetes"}),
        of({**INSTANCE, "role": "other.platform.collector"}),
        of({**INSTANCE, "files": [{"name": "a.whl", "sha256": "01"}]}),
        of({**INSTANCE, "images": ["sha256:2"]}),
        of(role="sha256:2"),
        of(url="http://127.0.0.1:8334"),
        of(secret="battery staple"),
    ],
    ids=[
        "value",
        "key",
        "version",
        "driver",
        "role",
        "file",
        "image",
        "content",
        "output",
        "secret",
    ],
)
def test_whatever_changes_makes_another_digest(other: Inputs) -> None:
    assert other.digest != of().digest


def test_what_does_not_shape_the_instance_does_not_shape_the_digest() -> None:
    assert of({**INSTANCE, "needs": [], "after_tier": "storage"}).digest == of().digest


@given(secret=st.text(min_size=4))
def test_the_digest_is_sixty_four_digits_without_the_secret(secret: str) -> None:
    digest = of(secret=secret).digest
    assert digest.startswith("sha256:") and len(digest) == 71
    assert set(digest[7:]) <= set("0123456789abcdef")
    assert secret not in digest or set(secret) <= set("0123456789abcdef")


def test_the_instance_is_left_as_it_was() -> None:
    before = json.dumps(INSTANCE)
    of()
    assert json.dumps(INSTANCE) == before


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"output": "clickhouse.url"}, ("output", "clickhouse", "url")),
        ({"secret": "clickhouse.password"}, ("secret", "clickhouse", "password")),
        ({"output": "clickhouse.url", "more": 1}, None),
        ({"outputs": "clickhouse.url"}, None),
        ({"output": 7}, None),
        ("clickhouse.url", None),
    ],
    ids=["output", "secret", "two keys", "another key", "a number", "text"],
)
def test_a_reference_is_a_map_with_one_known_key(value: object, found: object) -> None:
    assert reference(value) == found
