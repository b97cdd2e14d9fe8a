"""What an object is called: the key by which sources, revisions and the cluster name it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Manifest = dict[str, Any]


@dataclass(frozen=True, order=True)
class ObjectKey:
    """One object of a cluster; `namespace` is None where its kind has none."""

    api_version: str
    kind: str
    namespace: str | None
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {f'{self.namespace}/' if self.namespace else ''}{self.name}"

    @property
    def group(self) -> str:
        """The API group; empty for the core one."""
        return self.api_version.rpartition("/")[0]

    @property
    def group_kind(self) -> str:
        """`Deployment.apps`; a kind of the core group stands alone."""
        return f"{self.kind}.{self.group}" if self.group else self.kind

    @property
    def identity(self) -> tuple[str, str, str | None, str]:
        """The same for all versions of its API: `apps/v1` and `apps/v1beta1` are one object."""
        return (self.group, self.kind, self.namespace, self.name)


def key_of(manifest: Manifest) -> ObjectKey:
    """The key of a manifest that has been checked to have one."""
    metadata = manifest["metadata"]
    return ObjectKey(
        manifest["apiVersion"], manifest["kind"], metadata.get("namespace"), metadata["name"]
    )
