"""Which of some objects a cluster has already, and not from this release; nothing is changed."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.stratum.platform.plugins.module_utils.kube.identity import ObjectKey
from ansible_collections.stratum.platform.plugins.module_utils.kube.ownership import Owner
from ansible_collections.stratum.platform.plugins.plugin_utils.on_cluster import ClusterAction

OBJECT = {
    "api_version": {"type": "str", "required": True},
    "kind": {"type": "str", "required": True},
    "name": {"type": "str", "required": True},
    "namespace": {"type": "str"},
}


class ActionModule(ClusterAction):
    """Gives `foreign`, the names of those that others have brought."""

    arguments: ClassVar[dict[str, dict[str, Any]]] = {
        "name": {"type": "str", "required": True},
        "namespace": {"type": "str", "required": True},
        "objects": {"type": "list", "elements": "dict", "options": OBJECT, "required": True},
        **ClusterAction.access,
    }

    def work(self) -> dict[str, Any]:
        """Asks for all of them at once."""
        owner = Owner(self.given["namespace"], self.given["name"])
        keys = [
            ObjectKey(item["api_version"], item["kind"], item["namespace"], item["name"])
            for item in self.given["objects"]
        ]
        with self.cluster() as cluster:
            found = cluster.parallel(cluster.get, keys)
        foreign = [
            key.name
            for key, live in zip(keys, found, strict=True)
            if live is not None and not owner.owns(live)
        ]
        return {"foreign": foreign}
