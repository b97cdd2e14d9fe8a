"""YAML as Kubernetes objects: scalars as kubectl reads them, faults with file and line."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.stratum.platform.plugins.module_utils.kube.document import load
from ansible_collections.stratum.platform.plugins.module_utils.kube.problem import SourceError

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abc_<", min_size=1), inner),
    max_leaves=20,
)


def data(text: str) -> object:
    """The value of `data` of an object."""
    head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
    return load(f"{head}data:\n{text}", "a.yml")[0].manifest["data"]


def refusal(text: str) -> str:
    with pytest.raises(SourceError) as caught:
        load(text, "a.yml")
    return str(caught.value)


@given(VALUES)
def test_json_is_read_as_the_values_it_stands_for(value):
    assert data(f"  inner: {json.dumps(value, ensure_ascii=False)}\n") == {"inner": value}


@given(st.dictionaries(st.text(), VALUES))
def test_a_json_file_may_hold_what_yaml_does_not_allow(value):
    about = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": value}
    assert load(json.dumps(about), "a.json")[0].manifest == about


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0644", 420),
        ("0o644", 420),
        ("0x1F", 31),
        ("1_000", 1000),
        ("-7", -7),
        ("1e3", 1000.0),
        ("yes", True),
        ("Off", False),
        ("~", None),
        ("", None),
        ("=", "="),
        ("089", 89.0),
        ("1.2.3", "1.2.3"),
        ("2026-11-21", "2026-11-21"),
        ("12:30:45", "12:30:45"),
        ("500m", "500m"),
        ('"0644"', "0644"),
        ("!!str 12", "12"),
    ],
)
def test_scalars_are_read_as_kubectl_reads_them(written, value):
    assert data(f"  key: {written}\n") == {"key": value}


def test_keys_are_text_whatever_they_look_like():
    assert data("  on: a\n  1: b\n  y: c\n") == {"on": "a", "1": "b", "y": "c"}


def test_anchors_and_merges_are_followed():
    assert data("  base: &b {x: 1, y: 2}\n  more: {<<: *b, y: 3}\n") == {
        "base": {"x": 1, "y": 2},
        "more": {"x": 1, "y": 3},
    }


def test_documents_and_lists_are_unpacked_and_know_their_lines():
    text = """# a comment
---
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
---
---
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: Secret, metadata: {name: b}}
---
apiVersion: v1
kind: ConfigMapList
items:
  - metadata: {name: c}
"""
    found = [(s.manifest["kind"], s.manifest["metadata"]["name"], s.where) for s in load(text, "f")]
    assert found == [
        ("ConfigMap", "a", "f:3"),
        ("Secret", "b", "f:8 items[0]"),
        ("ConfigMap", "c", "f:13 items[0]"),
    ]


def test_a_fault_of_the_yaml_is_told_with_its_line():
    assert refusal("kind: A\n  name: b\n") == (
        "a.yml:2: this is not valid YAML: mapping values are not allowed in this context\n"
        "  correct this line or the one above it; a template's lines are those of its output"
    )


def test_a_key_that_is_there_twice_is_refused():
    assert refusal("kind: A\nkind: B\n") == (
        "a.yml:2: the key `kind` is here twice\n  correct the source"
    )


def test_all_incomplete_objects_are_told_together():
    text = """---
kind: ConfigMap
---
- 1
---
{apiVersion: batch/v1, kind: Job, metadata: {generateName: a-}}
---
{apiVersion: v1, kind: Secret, metadata: {name: a, annotations: {on: true}}}
"""
    assert refusal(text) == (
        "4 objects are not complete:\n"
        "  a.yml:2: `apiVersion` is missing, not text\n"
        "  a.yml:4: this is a list, not an object with apiVersion and kind\n"
        "  a.yml:6: the Job has `generateName`; an applied object needs a `name`\n"
        "  a.yml:8: Secret a: `metadata.annotations.on` is a boolean; quote it\n"
        "  correct the sources"
    )


def test_an_unknown_alias_is_refused():
    assert refusal("a: *nothing\n") == (
        "a.yml:1: the alias *nothing names nothing above it\n  correct the source"
    )
