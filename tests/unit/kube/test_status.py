"""Every file of status/ is an object as an API server has it, and what is to be said of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.stratum.platform.plugins.module_utils.kube.identity import ObjectKey
from ansible_collections.stratum.platform.plugins.module_utils.kube.related import Related
from ansible_collections.stratum.platform.plugins.module_utils.kube.rules import parse
from ansible_collections.stratum.platform.plugins.module_utils.kube.status import overall, status
from ansible_collections.stratum.platform.plugins.module_utils.ready.status import State, Status

CASES = sorted((Path(__file__).parent / "status").glob("*.yml"))
CURRENT = Status(State.CURRENT, "is there")


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_an_object_has_the_expected_status(file: Path) -> None:
    case: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    around = {
        name: tuple(found) if found is not None else None
        for name, found in case.get("related", {}).items()
    }
    seen = status(case["object"], parse(case.get("rules", [])), Related(**around))
    expected = {"evidence": [], **case["expected"]}
    assert {
        "state": seen.state.value,
        "sentence": seen.sentence,
        "evidence": list(seen.evidence),
    } == expected


def test_the_worst_of_many_is_named_with_the_number_of_the_others() -> None:
    found = overall(
        {
            _key("c"): CURRENT,
            _key("b"): Status(State.IN_PROGRESS, "0 of 1 replica is available"),
            _key("a"): Status(State.UNKNOWN, "tells no conditions"),
            _key("d"): Status(State.FAILED, "has failed"),
        }
    )
    assert found == Status(
        State.FAILED,
        "Thing shop/d: has failed (1 more of 4 objects are not Current)",
        (
            "Thing shop/d: has failed",
            "Thing shop/b: 0 of 1 replica is available",
            "Thing shop/a: tells no conditions",
        ),
    )


def test_what_is_unknown_is_told_but_does_not_block() -> None:
    found = overall({_key("a"): CURRENT, _key("b"): Status(State.UNKNOWN, "tells no conditions")})
    sentence = "1 of 2 objects are Current; of 1 it is not known: Thing shop/b tells no conditions"
    assert found == Status(State.CURRENT, sentence, ("Thing shop/b: tells no conditions",))


@given(st.dictionaries(st.integers(0, 30), st.sampled_from(State), max_size=12))
def test_many_are_current_only_if_nothing_blocks(states: dict[int, State]) -> None:
    statuses = {_key(str(name)): Status(state, "said") for name, state in states.items()}
    open_states = set(states.values()) - {State.CURRENT, State.UNKNOWN}
    assert overall(statuses).current == (not open_states)
    assert len(overall(statuses).evidence) == sum(s is not State.CURRENT for s in states.values())


@given(
    wanted=st.integers(0, 5),
    counts=st.dictionaries(
        st.sampled_from(["replicas", "updatedReplicas", "readyReplicas", "availableReplicas"]),
        st.integers(0, 6),
    ),
)
def test_a_deployment_is_current_exactly_when_all_its_replicas_are_new_and_available(
    wanted: int, counts: dict[str, int]
) -> None:
    manifest = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "shop", "generation": 1},
        "spec": {"replicas": wanted},
        "status": {"observedGeneration": 1, **counts},
    }
    updated = counts.get("updatedReplicas", 0)
    complete = (
        updated >= wanted
        and counts.get("replicas", 0) <= updated
        and counts.get("availableReplicas", 0) >= wanted
    )
    assert status(manifest).current == complete


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(spec=JSON, said=JSON, conditions=JSON, observed=JSON)
def test_any_custom_resource_has_a_status(
    spec: Any, said: Any, conditions: Any, observed: Any
) -> None:
    told = {"conditions": conditions, "observedGeneration": observed}
    manifest = {
        "apiVersion": "example.org/v1",
        "kind": "Widget",
        "metadata": {"name": "one", "namespace": "shop", "generation": -(10**30)},
        "spec": spec,
    }
    assert status({**manifest, "status": said}).state is State.UNKNOWN
    assert status({**manifest, "status": told}).state is State.UNKNOWN


def _key(name: str) -> ObjectKey:
    return ObjectKey("example.org/v1", "Thing", "shop", name)
