"""From the needs of components to edges between instances, each with its reasons.

`needs` waits for every instance of a component. An output is of one instance: the one on the same
machine or cluster, else the only one; where neither is there, the reference says too little.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from .manifest import Manifest
from .needs import Need
from .placement import Instance, by_component
from .problem import Problem

# waiting instance -> needed instance -> reasons
Edges = dict[str, dict[str, list[str]]]


def connect(
    instances: Sequence[Instance],
    needs: Mapping[str, Sequence[Need]],
    manifest: Manifest,
    problems: list[Problem],
) -> Edges:
    """The explicit edges; tier edges are not among them."""
    placed = by_component(instances)
    edges: Edges = {instance.name: {} for instance in instances}
    for instance in instances:
        for need in needs[instance.component.name]:
            for needed in _needed(instance, need, placed.get(need.target, []), manifest, problems):
                reasons = edges[instance.name].setdefault(needed.name, [])
                if need.reason not in reasons:
                    reasons.append(need.reason)
    for siblings in placed.values():
        if siblings[0].component.rollout == "serial":
            for earlier, later in pairwise(siblings):
                reason = f"rolled out after {earlier.name}"
                edges[later.name].setdefault(earlier.name, []).append(reason)
    return edges


def _needed(
    instance: Instance,
    need: Need,
    targets: Sequence[Instance],
    manifest: Manifest,
    problems: list[Problem],
) -> Sequence[Instance]:
    if need.output is None or len(targets) <= 1:
        return targets
    here = (instance.machine, instance.cluster)
    same = [target for target in targets if (target.machine, target.cluster) == here]
    if len(same) == 1:
        return same
    place = "machine" if instance.machine else "cluster"
    names = ", ".join(target.name for target in targets)
    what = (
        f"`{need.target}.{need.output}` could be of several instances ({names}), "
        f"and none is on the {place} of {instance.name}"
    )
    cure = f"put `{need.target}` on one {place}, or on every {place} of `{need.component}`"
    problems.append(manifest.problem(need.component, need.path, what, cure))
    return ()
