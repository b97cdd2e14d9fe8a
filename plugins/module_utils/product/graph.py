"""Order and cycles of a graph of names. It knows nothing of components."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Mapping, Sequence


def order(names: Sequence[str], needs: Mapping[str, Collection[str]]) -> list[str]:
    """All names so that each comes after what it needs; else as early as it stands in `names`.

    Names on a cycle, and those behind one, are left out.
    """
    rank = {name: index for index, name in enumerate(names)}
    missing = {name: len(set(needs.get(name, ()))) for name in names}
    waiting: dict[str, list[str]] = {name: [] for name in names}
    for name in names:
        for needed in set(needs.get(name, ())):
            waiting[needed].append(name)
    free = [rank[name] for name in names if not missing[name]]
    heapq.heapify(free)
    ordered: list[str] = []
    while free:
        name = names[heapq.heappop(free)]
        ordered.append(name)
        for behind in waiting[name]:
            missing[behind] -= 1
            if not missing[behind]:
                heapq.heappush(free, rank[behind])
    return ordered


def cycles(names: Sequence[str], needs: Mapping[str, Collection[str]]) -> list[list[str]]:
    """Cycles that share no name, each as a path that ends where it begins: a, b, a."""
    found: list[list[str]] = []
    left = dict.fromkeys(names)
    while True:
        inner = {name: [n for n in needs.get(name, ()) if n in left] for name in left}
        for name in order(list(left), inner):
            del left[name]
        if not left:
            return found
        cycle = _walk_back(left, inner)
        found.append(cycle)
        for name in cycle[:-1]:
            del left[name]


def _walk_back(left: Collection[str], needs: Mapping[str, Collection[str]]) -> list[str]:
    """Every name that is left waits for another that is left: going on, one comes again."""
    path: dict[str, None] = {}
    name = next(iter(left))
    while name not in path:
        path[name] = None
        name = next(needed for needed in needs[name] if needed in left)
    walked = list(path)
    cycle = walked[walked.index(name) :]
    # The path begins at the name that stands first, however the cycle was entered.
    positions = {each: index for index, each in enumerate(left)}
    first = cycle.index(min(cycle, key=positions.__getitem__))
    return [*cycle[first:], *cycle[:first], cycle[first]]
