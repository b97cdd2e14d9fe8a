"""Findings and their exceptions, on checkov's form of a report."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.stratum.platform.tests.hardening.findings import (
    Excuse,
    Finding,
    excuses,
    faults,
    told,
)

LIMITS = Finding("CKV_K8S_11", "Pod.shop.till", "CPU limits should be set")


def report(*failed: Finding, resources: int = 1, unread: int = 0) -> dict[str, Any]:
    return {
        "summary": {"resource_count": resources, "parsing_errors": unread},
        "results": {
            "failed_checks": [
                {"check_id": each.check, "resource": each.resource, "check_name": each.meaning}
                for each in failed
            ]
        },
    }


def test_a_finding_is_told_once() -> None:
    assert told(report(LIMITS, LIMITS)) == [LIMITS]


@pytest.mark.parametrize(("resources", "unread"), [(0, 0), (1, 1)], ids=["nothing", "a file"])
def test_what_checkov_could_not_read_is_no_success(resources: int, unread: int) -> None:
    with pytest.raises(ValueError, match=f"^checkov read {resources} resources") as refused:
        told(report(resources=resources, unread=unread))
    assert str(refused.value).endswith(f"of {unread} files it could read none")


def test_a_finding_without_a_reason_is_a_fault() -> None:
    other = Excuse("CKV_K8S_11", "Pod.shop.shelf", "it is of wood")
    assert faults([LIMITS], [other]) == [
        "no reason is given for CKV_K8S_11 Pod.shop.till: CPU limits should be set",
        "nothing needs the exception CKV_K8S_11 Pod.shop.shelf: it is of wood",
    ]


def test_a_pattern_stands_for_what_it_matches() -> None:
    assert faults([LIMITS], [Excuse("CKV_K8S_11", "Pod.*", "they idle")]) == []


def test_an_exception_of_several_resources_has_to_be_needed_by_each() -> None:
    entry = {"check": "CKV_K8S_11", "resources": ["Pod.shop.till", "Pod.shop.x"], "reason": "idle"}
    assert faults([LIMITS], excuses([entry])) == [
        "nothing needs the exception CKV_K8S_11 Pod.shop.x: idle"
    ]


def test_an_exception_without_a_reason_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^exception 1 lacks reason$"):
        excuses([{"check": "CKV_K8S_11", "resources": ["*"], "reason": ""}])
