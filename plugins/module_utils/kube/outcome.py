"""What a run did, or in check mode would do, to a release's objects. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .difference import entry
from .identity import Manifest, ObjectKey
from .plan import UNCHANGED, Change
from .prune import Removal

DELETED, KEPT = "deleted", "kept"


@dataclass(frozen=True)
class Item:
    """One object and what became of it."""

    key: ObjectKey
    change: str
    before: Manifest | None = None
    after: Manifest | None = None
    reason: str = ""

    @property
    def told(self) -> dict[str, str]:
        """As the task's result has it."""
        about = {"object": str(self.key), "change": self.change}
        return about | ({"reason": self.reason} if self.reason else {})


@dataclass(frozen=True)
class Outcome:
    """What became of a release; `revision` is the one it is at, 0 where there is none."""

    changed: bool
    revision: int
    items: list[Item] = field(default_factory=list)
    images: list[str] = field(default_factory=list)

    def result(self, diff: bool) -> dict[str, Any]:
        """The task's result; the differences only where they are wanted: they are long."""
        told: dict[str, Any] = {
            "changed": self.changed,
            "revision": self.revision,
            "objects": [item.told for item in self.items],
            "images": self.images,
        }
        if diff:
            told["diff"] = [
                entry(item.key, item.change, item.before, item.after)
                for item in self.items
                if item.change not in (UNCHANGED, KEPT)
            ]
        return told


def of_changes(changes: Iterable[Change]) -> list[Item]:
    """What became of the objects that are wanted."""
    return [Item(each.key, each.change, each.before, each.after) for each in changes]


def of_removals(removals: Iterable[Removal]) -> list[Item]:
    """What became of the objects that are no longer wanted."""
    return [
        Item(each.key, KEPT, each.live, each.live, each.kept_because)
        if each.kept_because
        else Item(each.key, DELETED, each.live)
        for each in removals
    ]
