"""Hooks as a chart's annotations describe them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.kube.hook import (
    Hook,
    hook_of,
    ordered,
)
from ansible_collections.stratum.platform.plugins.module_utils.kube.problem import SourceError

BEFORE = frozenset({"before-hook-creation"})


def test_a_hook_without_further_annotations_has_helms_defaults() -> None:
    manifest = _manifest("Job", "migrate", hook="pre-install, pre-upgrade")
    assert hook_of(manifest) == Hook(manifest, frozenset({"pre-install", "pre-upgrade"}), 0, BEFORE)


def test_a_hook_has_its_weight_and_delete_policies() -> None:
    policies = {"hook-weight": "-5", "hook-delete-policy": "hook-succeeded,hook-failed"}
    hook = hook_of(_manifest("Job", "migrate", hook="post-delete", **policies))
    assert hook is not None
    assert (hook.weight, hook.delete_policies) == (-5, {"hook-succeeded", "hook-failed"})


@pytest.mark.parametrize("event", ["test", "test-success", "crd-install"])
def test_a_test_is_no_hook_of_a_release(event: str) -> None:
    assert hook_of(_manifest("Pod", "ping", hook=event)) is None


def test_a_delete_policy_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(SourceError) as caught:
        hook_of(_manifest("Job", "migrate", hook="pre-install", **{"hook-delete-policy": "never"}))
    assert str(caught.value) == (
        "Job shop/migrate: its helm.sh/hook-delete-policy is never\n"
        "  there are: before-hook-creation, hook-failed, hook-succeeded"
    )


def test_a_weight_that_is_no_number_is_an_error() -> None:
    with pytest.raises(SourceError) as caught:
        hook_of(_manifest("Job", "migrate", hook="pre-install", **{"hook-weight": "first"}))
    assert str(caught.value) == (
        "Job shop/migrate: its helm.sh/hook-weight is 'first'\n  write it as a number in quotes"
    )


def test_hooks_of_an_event_are_ordered_by_weight_then_kind_then_name() -> None:
    hooks = [
        _hook("Job", "b", 0, "pre-install"),
        _hook("Widget", "a", 0, "pre-install"),
        _hook("Job", "a", 0, "pre-install"),
        _hook("ServiceAccount", "z", 0, "pre-install"),
        _hook("Job", "first", -1, "pre-install"),
        _hook("Job", "other", 0, "post-install"),
    ]
    names = [f"{hook.key.kind} {hook.key.name}" for hook in ordered(hooks, "pre-install")]
    assert names == ["Job first", "ServiceAccount z", "Job a", "Job b", "Widget a"]


def _hook(kind: str, name: str, weight: int, event: str) -> Hook:
    hook = hook_of(_manifest(kind, name, hook=event, **{"hook-weight": str(weight)}))
    assert hook is not None
    return hook


def _manifest(kind: str, name: str, **annotations: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": kind,
        "metadata": {
            "name": name,
            "namespace": "shop",
            "annotations": {f"helm.sh/{key}": value for key, value in annotations.items()},
        },
    }
