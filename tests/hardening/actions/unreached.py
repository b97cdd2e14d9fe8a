"""A cluster that has nothing yet; of what Kubernetes itself brings, what rendering has to know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

# Kinds of Kubernetes that are in no namespace.
OUTSIDE = frozenset(
    {
        "APIService",
        "ClusterRole",
        "ClusterRoleBinding",
        "IngressClass",
        "Namespace",
        "PriorityClass",
        "StorageClass",
    }
)
T, R = TypeVar("T"), TypeVar("R")


class Unreached:
    """It has the part of a cluster's interface that is needed for rendering."""

    def namespaced(self, api_version: str, kind: str) -> bool:
        return kind not in OUTSIDE

    def version(self) -> str:
        return "v1.36.0"

    @property
    def discovery(self) -> Unreached:
        return self

    def api_versions(self) -> Sequence[str]:
        return ["v1", "apps/v1", "batch/v1", "networking.k8s.io/v1", "policy/v1"]

    def list(self, *_place: object, **_how: object) -> tuple[Sequence[object], str]:
        return (), ""

    def get(self, _key: object) -> None:
        return None

    def parallel(self, ask: Callable[[T], R], things: Iterable[T]) -> Sequence[R]:
        return [ask(thing) for thing in things]
