"""Finding objects by what they are marked with, without going through all of them. Pure.

What is found is a little more than what is wanted: `related` has the last word.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping

from .condition import part, sequence
from .identity import Manifest, ObjectKey, key_of
from .related import template_labels

CLAIM = "PersistentVolumeClaim"
# A namespace ("" is none), and a label with its value; of a claim its kind and name; of all ANY.
Mark = tuple[str, str, str]
ANY = ("", "")


def of_pod(pod: Manifest) -> set[Mark]:
    """A pod's labels and the claims that it uses."""
    volumes = sequence(part(pod, "spec").get("volumes"))
    names = (part(volume, "persistentVolumeClaim").get("claimName") for volume in volumes)
    return of_labels(pod) | {(_namespace(pod), CLAIM, name) for name in names if name}


def of_labels(manifest: Manifest) -> set[Mark]:
    """An object's own labels."""
    return _marks(manifest, part(manifest["metadata"], "labels"))


def of_template(workload: Manifest) -> set[Mark]:
    """The labels of the pods that a workload makes."""
    return _marks(workload, template_labels(workload))


def sought(manifest: Manifest) -> set[Mark]:
    """What all pods have that concern an object, a workload, Service or claim; or nothing."""
    if manifest["kind"] == CLAIM:
        return {(_namespace(manifest), CLAIM, manifest["metadata"]["name"])}
    selector = part(manifest, "spec").get("selector")
    if not selector:
        return set()
    is_plain = "matchLabels" not in selector and "matchExpressions" not in selector
    return _marks(manifest, selector if is_plain else part(selector, "matchLabels"))


class Marked:
    """Objects, the last state of each, by their marks."""

    def __init__(self, marks_of: Callable[[Manifest], Collection[Mark]]) -> None:
        self._marks_of = marks_of
        self._marks: dict[ObjectKey, Collection[Mark]] = {}
        self._by_mark: dict[Mark, dict[ObjectKey, Manifest]] = defaultdict(dict)

    def keep(self, found: Manifest) -> None:
        """Take in an object, in place of what was known of it."""
        key, marks = key_of(found), self._marks_of(found)
        if self._marks.get(key) != marks:
            self.drop(key)
        self._marks[key] = marks
        for mark in marks:
            self._by_mark[mark][key] = found

    def drop(self, key: ObjectKey) -> None:
        """Forget an object."""
        for mark in self._marks.pop(key, ()):
            del self._by_mark[mark][key]

    def having(self, marks: Iterable[Mark]) -> tuple[Manifest, ...]:
        """At least the objects that have all of these marks; without any mark nothing."""
        groups = (self._by_mark.get(mark, {}) for mark in marks)
        return tuple(min(groups, key=len, default={}).values())


def by_rarest(sought_by: Mapping[ObjectKey, Collection[Mark]]) -> dict[Mark, list[ObjectKey]]:
    """Who seeks marks, each by that one of them which the fewest others seek."""
    seekers: dict[Mark, int] = defaultdict(int)
    for marks in sought_by.values():
        for mark in marks:
            seekers[mark] += 1
    found: dict[Mark, list[ObjectKey]] = defaultdict(list)
    for key, marks in sought_by.items():
        if marks:
            found[min(marks, key=lambda mark: seekers[mark])].append(key)
    return found


def _marks(manifest: Manifest, labels: Mapping[str, str]) -> set[Mark]:
    place = _namespace(manifest)
    return {(place, *ANY), *((place, label, value) for label, value in labels.items())}


def _namespace(manifest: Manifest) -> str:
    namespace: str = manifest["metadata"].get("namespace", "")
    return namespace
