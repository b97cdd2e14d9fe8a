"""What a release leaves behind: the pure rules of `prune`, and what only the cluster knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from .connection import Cluster
from .identity import Manifest, ObjectKey, key_of
from .ownership import Owner
from .problem import Forbidden, UnknownKind
from .prune import Removal, removals

CLAIMS_HOLD = "a PersistentVolumeClaim holds data"


def decide(
    cluster: Cluster,
    owner: Owner,
    previous: Iterable[ObjectKey],
    wanted: Iterable[ObjectKey],
    live: Mapping[ObjectKey, Manifest],
    purge: bool = False,
) -> list[Removal]:
    """What is to go and what stays, as `prune.removals`, of the cluster as it is."""
    wanted = list(wanted)
    found = removals(owner, previous, wanted, live, purge)
    doomed = {each.key for each in found if not each.kept_because}
    found = [_definition_in_use(cluster, each, doomed) for each in found]
    sets = [each.live for each in found if not each.kept_because and _is_set(each.key)]
    known = {each.key for each in found} | set(wanted)
    claims = [c for each in sets for c in _claims(cluster, each) if key_of(c) not in known]
    because = "" if purge else CLAIMS_HOLD
    return found + [Removal(key_of(claim), claim, because) for claim in claims]


def _definition_in_use(cluster: Cluster, removal: Removal, doomed: set[ObjectKey]) -> Removal:
    """With a definition all objects of its kind are deleted, also those of others."""
    if removal.kept_because or removal.key.kind != "CustomResourceDefinition":
        return removal
    spec = removal.live["spec"]
    served = [version["name"] for version in spec["versions"] if version.get("served")]
    if not served:
        return removal
    kind, version = spec["names"]["kind"], f"{spec['group']}/{served[0]}"
    try:
        items, _ = cluster.list(version, kind, only_metadata=True)
    except UnknownKind:
        return removal
    except Forbidden:
        return replace(removal, kept_because=f"it cannot be seen who else has a {kind}")
    identities = {key.identity for key in doomed}
    others = [key for item in items if (key := key_of(item)).identity not in identities]
    if not others:
        return removal
    more = f" and {len(others) - 1} more" if len(others) > 1 else ""
    return replace(removal, kept_because=f"{others[0]}{more} would go with it")


def _is_set(key: ObjectKey) -> bool:
    return key.group_kind == "StatefulSet.apps"


def _claims(cluster: Cluster, live: Manifest) -> Sequence[Manifest]:
    """The claims that a StatefulSet's templates have made; they outlive it."""
    name, namespace = live["metadata"]["name"], live["metadata"]["namespace"]
    templates = live["spec"].get("volumeClaimTemplates") or []
    prefixes = "|".join(re.escape(each["metadata"]["name"]) for each in templates)
    if not prefixes:
        return []
    pattern = re.compile(rf"({prefixes})-{re.escape(name)}-[0-9]+")
    items, _ = cluster.list("v1", "PersistentVolumeClaim", namespace)
    return [item for item in items if pattern.fullmatch(item["metadata"]["name"])]
