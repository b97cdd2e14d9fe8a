"""What becomes of the objects that a release had and no longer wants. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .identity import Manifest, ObjectKey
from .ownership import Owner, kept

DATA = ("PersistentVolumeClaim", "Namespace")


@dataclass(frozen=True)
class Removal:
    """One object that is no longer wanted: deleted, or kept with the reason."""

    key: ObjectKey
    live: Manifest
    kept_because: str = ""


def removals(
    owner: Owner,
    previous: Iterable[ObjectKey],
    wanted: Iterable[ObjectKey],
    live: Mapping[ObjectKey, Manifest],
    purge: bool = False,
) -> list[Removal]:
    """What is to go, and what stays although it is no longer wanted.

    Args:
        owner: the release.
        previous: what its earlier revisions applied.
        wanted: what it wants now.
        live: the objects of both that are on the cluster.
        purge: take also what is otherwise kept because it holds data.
    """
    still = {key.identity for key in wanted}
    gone: dict[tuple[str, str, str | None, str], Removal] = {}
    for key in previous:
        found = live.get(key)
        if found is None or key.identity in still or key.identity in gone:
            continue
        if not owner.owns(found):  # taken out of the release by hand, or by another one
            continue
        gone[key.identity] = Removal(key, found, "" if purge else _reason(key, found))
    return list(gone.values())


def _reason(key: ObjectKey, live: Manifest) -> str:
    if kept(live):
        return "its annotation says so"
    if key.group == "" and key.kind in DATA:
        return f"a {key.kind} holds data"
    return ""
