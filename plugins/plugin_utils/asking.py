"""Who answers a probe: the service manager, the API server, or the address that it names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ansible_collections.stratum.platform.plugins.module_utils.host.supervisord import Supervisord
from ansible_collections.stratum.platform.plugins.module_utils.ready import probe
from ansible_collections.stratum.platform.plugins.module_utils.ready.status import State, Status

Asker = Callable[[probe.Probe], Status]


def asker(state_root: Path) -> Asker:
    """Answers the probes of an environment's instances.

    Args:
        state_root: the environment's state directory; its supervisord is there.
    """
    program = Supervisord(state_root).status

    def ask(wanted: probe.Probe) -> Status:
        return _release(wanted) if wanted["kind"] == "release" else probe.ask(wanted, program)

    return ask


def release_name(instance: str) -> str:
    """The release of an instance: Kubernetes allows neither `_` nor `@` in names."""
    return instance.partition("@")[0].replace("_", "-")


def release_probe(name: str, namespace: str, cluster: Mapping[str, str]) -> dict[str, Any]:
    """The one probe of an instance on Kubernetes: every object of its release is Current."""
    return {"kind": "release", "name": name, "namespace": namespace, **cluster}


def images_of(release: probe.Probe) -> list[str]:
    """The images that a release's containers run; `release` is its probe."""
    from ansible_collections.stratum.platform.plugins.module_utils.kube import live
    from ansible_collections.stratum.platform.plugins.module_utils.kube.connection import Cluster

    with Cluster(release.get("kubeconfig"), release.get("context")) as cluster:
        return live.images(cluster, release["namespace"], release["name"])


def _release(wanted: probe.Probe) -> Status:
    # Products without Kubernetes do not pay for this room.
    from ansible_collections.stratum.platform.plugins.module_utils.kube import live
    from ansible_collections.stratum.platform.plugins.module_utils.kube.connection import Cluster
    from ansible_collections.stratum.platform.plugins.module_utils.kube.problem import KubeError

    try:
        with Cluster(wanted.get("kubeconfig"), wanted.get("context")) as cluster:
            return live.status(cluster, wanted["namespace"], wanted["name"])
    except KubeError as error:
        return Status(State.UNKNOWN, f"{error.where}: {error.what}", (error.cure,))
