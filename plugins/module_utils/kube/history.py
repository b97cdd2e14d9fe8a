"""What a release was before: its newest revision, and what unfinished ones may have left."""

from __future__ import annotations

from dataclasses import dataclass, field

from .identity import Manifest, ObjectKey, key_of
from .problem import NotFound
from .revision import OK, Entry, Revision, Revisions


@dataclass(frozen=True)
class History:
    """Attributes:
    entries: all revisions that are kept, oldest first.
    newest: the last one, whatever its result.
    owned: the objects of the last one that succeeded and of all since then.
    """

    entries: list[Entry] = field(default_factory=list)
    newest: Revision | None = None
    owned: list[ObjectKey] = field(default_factory=list)

    @property
    def number(self) -> int:
        """The newest revision's number; 0 where there is none."""
        return self.entries[-1].number if self.entries else 0

    @property
    def applied(self) -> dict[ObjectKey, Manifest]:
        """What was applied last."""
        return {key_of(m): m for m in self.newest.manifests} if self.newest else {}

    @property
    def fingerprints(self) -> dict[str, str]:
        """Of the objects as they were then."""
        return self.newest.fingerprints if self.newest else {}

    @property
    def succeeded(self) -> list[int]:
        """The revisions that became ready, oldest first."""
        return [entry.number for entry in self.entries if entry.result == OK]

    def before(self, wanted: int | None, where: str) -> int:
        """The revision to go back to.

        Raises:
            NotFound: there is none.
        """
        kept = [entry.number for entry in self.entries]
        if wanted is not None and wanted in kept:
            return wanted
        known = ", ".join(map(str, kept)) or "none"
        if wanted is not None:
            raise NotFound(
                f"there is no revision {wanted}", where, f"choose one of those kept: {known}"
            )
        earlier = [number for number in self.succeeded if number != self.number]
        if not earlier:
            raise NotFound(
                "no earlier revision succeeded",
                where,
                f"give `revision`; those kept are: {known}",
            )
        return earlier[-1]


def read(revisions: Revisions) -> History:
    """The history as the cluster has it."""
    entries = revisions.entries()
    newest: Revision | None = None
    owned: dict[ObjectKey, None] = {}
    for entry in reversed(entries):
        revision = revisions.read(entry.number)
        newest = newest or revision
        owned |= dict.fromkeys(revision.keys)
        if entry.result == OK:
            break
    return History(entries, newest, list(owned))
