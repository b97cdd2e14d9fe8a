"""The order of a resolved product and the reasons for it, as lines for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any


def report(product: Mapping[str, Any], instances: Iterable[Mapping[str, Any]]) -> list[str]:
    """What is installed in which order, and what each instance waits for because of what."""
    entries = list(instances)
    tiers = product["tiers"]
    head = (
        f"{product['product']} {product['release']} in {product['environment']}: "
        f"{_count(entries, 'instance')} in {_count(tiers, 'tier')}, "
        f"schedule {product['schedule']}"
    )
    lines = [head]
    number = 0
    for tier in tiers:
        members = [entry for entry in entries if entry["tier"] == tier["name"]]
        if members:
            lines += ["", f"tier {tier['name']}"]
        for entry in members:
            number += 1
            lines += _entry(number, entry)
    return lines


def _entry(number: int, entry: Mapping[str, Any]) -> Iterator[str]:
    at = f", namespace {entry['namespace']}" if entry["namespace"] else ""
    yield (
        f"{number:3}. {entry['name']}  version {entry['version']}, role {entry['role']} "
        f"({entry['driver']}{at})"
    )
    if not entry["after_tier"] and not entry["needs"]:
        yield "     waits for nothing"
    if entry["after_tier"]:
        yield f"     waits for tier {entry['after_tier']}: it is the tier before"
    for need in entry["needs"]:
        yield f"     waits for {need['instance']}: {'; '.join(need['reasons'])}"


def _count(items: list[Any], noun: str) -> str:
    return f"{len(items)} {noun}" if len(items) == 1 else f"{len(items)} {noun}s"
