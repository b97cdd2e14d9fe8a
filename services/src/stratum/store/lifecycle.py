"""Which objects a store deletes by itself: by prefix and age. Pure.

A bucket's rules are one document, so rules of others in it are never written over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stratum.store.errors import StoreError
from stratum.store.settings import Rule

PREFIX = "stratum-"
# What a bucket has, by id; None for a rule that says more than a prefix and an age.
Found = Mapping[str, Rule | None]


def wanted_rules(rules: Sequence[Rule], bucket: str) -> dict[str, Rule]:
    """Those of one bucket, by id; the id tells ours from those of others."""
    return {f"{PREFIX}{rule.prefix}": rule for rule in rules if rule.bucket == bucket}


def differs(found: Found, wanted: Mapping[str, Rule], where: str) -> bool:
    """Whether the bucket's rules must be written.

    Raises:
        StoreError: they must, and others have rules there.
    """
    ours = {name: rule for name, rule in found.items() if name.startswith(PREFIX)}
    if ours == wanted:
        return False
    foreign = sorted(set(found) - set(ours))
    if foreign:
        raise StoreError(
            f"it has lifecycle rules of others ({', '.join(foreign)}), which would be lost",
            where=where,
            hint="remove them, or make the rules of this bucket where those were made",
        )
    return True


def change(found: Found, wanted: Mapping[str, Rule], bucket: str) -> list[str]:
    """What is different afterwards, in sentences."""
    new = [
        f"objects below {rule.prefix} of {bucket} now go after {_days(rule.days)}"
        for name, rule in sorted(wanted.items())
        if found.get(name) != rule
    ]
    gone = [
        f"objects below {name.removeprefix(PREFIX)} of {bucket} now stay"
        for name in sorted(set(found) - set(wanted))
    ]
    return new + gone


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
