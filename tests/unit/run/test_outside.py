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


def needed(*entries: dict[str, Any]) -> list[str]:
    """Of a run of these; of a tier that takes no part, the run itself knows nothing."""
    part = {entry["name"] for entry in entries}
    taking = {tier["name"] for tier in TIERS if part & set(tier["instances"])}
    known = [
        e | {"after_tier": e["after_tier"] if e["after_tier"] in taking else None} for e in entries
    ]
    return outside({"instances": known, "tiers": TIERS}, entries)


def test_what_is_needed_and_left_out_is_outside() -> None:
    assert needed(entry("collector@b", "warehouse@a")) == ["warehouse@a"]


def test_what_takes_part_is_not() -> None:
    both = entry("store@a"), entry("collector@b", "store@a")
    assert needed(*both) == []


def test_the_rest_of_a_tier_that_is_waited_for_is_outside_too() -> None:
    part = entry("store@a"), entry("collector@b", after="storage")
    assert needed(*part) == ["warehouse@a"]


def test_a_tier_of_which_nothing_takes_part_is_outside_as_a_whole() -> None:
    assert needed(entry("collector@b", after="storage")) == ["store@a", "warehouse@a"]


def test_each_is_named_once_in_the_products_order() -> None:
    part = entry("collector@b", "warehouse@a", "store@a"), entry("etl@b", "warehouse@a")
    assert needed(*part) == ["store@a", "warehouse@a"]
