"""What a limited run needs of instances that are no part of it."""

from __future__ import annotations

from typing import Any

from ansible_collections.stratum.platform.plugins.module_utils.run.outside import outside

TIERS = [
    {"name": "storage", "instances": ["store@a", "warehouse@a"]},
    {"name": "ingest", "instances": ["collector@b"]},
]


def entry(name: str, *needs: str, after: str | None = None) -> dict[str, Any]:
    return {
        "name": name,
        "needs": [{"instance": need, "reasons": []} for need in needs],
        "after_tier": after,
        "on_failure": "stop_dependents",
    }


def opening(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"instances": list(entries), "tiers": TIERS}


def test_what_is_needed_and_left_out_is_outside() -> None:
    assert outside(opening(entry("collector@b", "warehouse@a"))) == ["warehouse@a"]


def test_what_takes_part_is_not() -> None:
    both = entry("store@a"), entry("collector@b", "store@a")
    assert outside(opening(*both)) == []


def test_the_rest_of_a_tier_that_is_waited_for_is_outside_too() -> None:
    part = entry("store@a"), entry("collector@b", after="storage")
    assert outside(opening(*part)) == ["warehouse@a"]


def test_each_is_named_once_in_the_products_order() -> None:
    part = entry("collector@b", "warehouse@a", "store@a"), entry("etl@b", "warehouse@a")
    assert outside(opening(*part)) == ["store@a", "warehouse@a"]
