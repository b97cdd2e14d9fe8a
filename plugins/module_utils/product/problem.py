"""What is wrong with a manifest: one `Problem` a fault, all of them in one `ProductError`."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

LISTED = 15


@dataclass(frozen=True)
class Problem:
    """One fault: the place (`file:line`), what is there, and how to mend it."""

    where: str
    what: str
    cure: str
    component: str | None = None
    key: str | None = None

    def __str__(self) -> str:
        names = [("component", self.component), ("key", self.key)]
        about = ", ".join(f"{noun} {name}" for noun, name in names if name)
        place = f"{self.where} ({about})" if about else self.where
        return f"{place}\n  what: {self.what}\n  cure: {self.cure}"


class ProductError(Exception):
    """All problems of one manifest. Nothing was changed."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__(str(self))

    @property
    def headline(self) -> str:
        """How many there are."""
        count = len(self.problems)
        return f"{count} problem{'s' if count > 1 else ''}; nothing was changed."

    @property
    def listing(self) -> str:
        """All of them, with an empty line between."""
        return "\n\n".join(map(str, self.problems))

    def __str__(self) -> str:
        return f"{self.headline}\n\n{self.listing}"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was most likely meant, if there is one."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def choose(name: str, known: Collection[str], noun: str) -> str:
    """The cure for a wrong name: the nearest right one, and what there is to choose from."""
    if not known:
        return f"there are no {noun} yet: define one, or take this away"
    shown = ", ".join(list(known)[:LISTED])
    rest = len(known) - LISTED
    listed = f"the {noun} are: {shown}" + (f" and {rest} more" if rest > 0 else "")
    match = nearest(name, known)
    return f"write `{match}`; {listed}" if match else listed
