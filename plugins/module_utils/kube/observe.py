"""The live objects of a release, by as few requests as show them all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .connection import Cluster
from .identity import Manifest, ObjectKey, key_of
from .ownership import Owner
from .problem import Forbidden, UnknownKind

FEW = 4  # up to so many namespaces, or missing objects, are asked for one by one


@dataclass(frozen=True)
class _Place:
    """One LIST: a kind in a namespace, or everywhere."""

    api_version: str
    kind: str
    namespace: str | None
    keys: tuple[ObjectKey, ...]

    def apart(self) -> list[_Place]:
        """The same, a namespace each."""
        groups: dict[str | None, list[ObjectKey]] = defaultdict(list)
        for key in self.keys:
            groups[key.namespace].append(key)
        about = (self.api_version, self.kind)
        return [_Place(*about, namespace, tuple(keys)) for namespace, keys in groups.items()]


def observe(cluster: Cluster, keys: Iterable[ObjectKey], owner: Owner) -> dict[ObjectKey, Manifest]:
    """Those of the objects that are on the cluster, whoever they belong to.

    The release's own come with one LIST a kind; only for what is not among them is looked further.
    """
    wanted = tuple(dict.fromkeys(keys))
    found = _listed(cluster, wanted, owner.selector)
    missing = tuple(key for key in wanted if key not in found)
    return found | _others(cluster, missing)


def _others(cluster: Cluster, missing: Sequence[ObjectKey]) -> dict[ObjectKey, Manifest]:
    """Of objects without the release's labels the names, and then those that exist."""
    many = [place for place in _places(missing) if len(place.keys) > FEW]
    named = {
        key
        for names in cluster.parallel(lambda place: _names(cluster, place), many)
        for key in names
    }
    listed = {key for place in many for key in place.keys}
    asked = [key for key in missing if key in named or key not in listed]
    answers = cluster.parallel(lambda key: _one(cluster, key), asked)
    return {key: live for key, live in zip(asked, answers, strict=True) if live is not None}


def _listed(
    cluster: Cluster, keys: Sequence[ObjectKey], labels: dict[str, str]
) -> dict[ObjectKey, Manifest]:
    def listed(place: _Place) -> list[Manifest]:
        about = (place.api_version, place.kind)
        try:
            return cluster.list(*about, place.namespace, labels)[0]
        except UnknownKind:
            return []
        except Forbidden:
            if place.namespace or len(places := place.apart()) == 1:
                raise
            return [item for p in places for item in cluster.list(*about, p.namespace, labels)[0]]

    answers = cluster.parallel(listed, _places(keys))
    known = set(keys)
    return {key_of(item): item for items in answers for item in items if key_of(item) in known}


def _names(cluster: Cluster, place: _Place) -> set[ObjectKey]:
    """Which of a place's objects exist; all of them where that may not be asked."""
    try:
        items, _ = cluster.list(place.api_version, place.kind, place.namespace, only_metadata=True)
    except UnknownKind:
        return set()
    except Forbidden:
        return set(place.keys)
    return {key_of(item) for item in items} & set(place.keys)


def _one(cluster: Cluster, key: ObjectKey) -> Manifest | None:
    try:
        return cluster.get(key)
    except UnknownKind:
        return None


def _places(keys: Iterable[ObjectKey]) -> list[_Place]:
    kinds: dict[tuple[str, str], list[ObjectKey]] = defaultdict(list)
    for key in keys:
        kinds[key.api_version, key.kind].append(key)
    places: list[_Place] = []
    for about, group in kinds.items():
        everywhere = _Place(*about, None, tuple(group))
        apart = everywhere.apart()
        places += apart if len(apart) <= FEW else [everywhere]
    return places
