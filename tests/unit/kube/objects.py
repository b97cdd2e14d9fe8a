"""Small objects that the tests of this folder are about."""

from __future__ import annotations

from typing import Any

from ansible_collections.stratum.platform.plugins.module_utils.kube.identity import ObjectKey
from ansible_collections.stratum.platform.plugins.module_utils.kube.ownership import Owner

OWNER = Owner("delivery", "collector")


def config(name: str = "a", **metadata: Any) -> dict[str, Any]:
    """A ConfigMap."""
    about = {"name": name, "namespace": "delivery", **metadata}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": about, "data": {"key": "1"}}


def secret(value: str, name: str = "a") -> dict[str, Any]:
    """A Secret as the API server keeps it."""
    about = {"name": name, "namespace": "delivery"}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": about, "data": {"password": value}}


def key(kind: str, name: str = "a", namespace: str | None = "delivery") -> ObjectKey:
    """A key; `Deployment.apps` is of the group `apps`."""
    short, _, group = kind.partition(".")
    return ObjectKey(f"{group}/v1" if group else "v1", short, namespace, name)
