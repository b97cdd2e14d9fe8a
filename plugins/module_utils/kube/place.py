"""The namespace of a release: there before anything else, and never taken away with it."""

from __future__ import annotations

from . import wait
from .connection import Cluster
from .explain import terminating
from .identity import Manifest, ObjectKey
from .ownership import MANAGED_BY
from .problem import AlreadyExists, Forbidden


def namespace_key(name: str) -> ObjectKey:
    """The Namespace object."""
    return ObjectKey("v1", "Namespace", None, name)


def find(cluster: Cluster, name: str) -> Manifest | None:
    """The Namespace, or None; one that the account may not look at is taken to be there."""
    try:
        return cluster.get(namespace_key(name))
    except Forbidden:
        return new(name)


def new(name: str) -> Manifest:
    """The Namespace that a release makes for itself where no source has one."""
    metadata = {"name": name, "labels": {MANAGED_BY: "stratum"}}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}


def ensure(cluster: Cluster, found: Manifest | None, name: str, deadline: float) -> None:
    """Make the namespace if it is not there; one that is on its way out is waited for.

    Raises:
        Terminating: it is still being deleted at the deadline.
    """
    if found is not None and is_going(found):
        key = namespace_key(name)
        wait.until_gone(cluster, [key], deadline)
        found = find(cluster, name)
        if found is not None and is_going(found):
            raise stuck(found)
    if found is None:
        try:
            cluster.create(new(name))
        except AlreadyExists:
            return  # made by another release at this moment


def is_going(namespace: Manifest) -> bool:
    """Whether it is being deleted."""
    return bool(namespace["metadata"].get("deletionTimestamp"))


def stuck(namespace: Manifest) -> Exception:
    """The error of a namespace that is being deleted, with what holds it."""
    conditions = (namespace.get("status") or {}).get("conditions") or []
    holds = [
        f"{condition['type']}: {condition.get('message', '')}"
        for condition in conditions
        if condition.get("status") == "True"
    ]
    finalizers = (namespace.get("spec") or {}).get("finalizers") or []
    since = namespace["metadata"]["deletionTimestamp"]
    lines = [f"being deleted since {since}", *holds]
    if finalizers and not holds:
        lines.append(f"finalizers: {', '.join(finalizers)}")
    return terminating(f"Namespace {namespace['metadata']['name']}", lines)
