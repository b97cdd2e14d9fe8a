"""One object of a cluster as it is, for a role that offers what is in it; nothing is changed."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.stratum.platform.plugins.module_utils.kube.identity import ObjectKey
from ansible_collections.stratum.platform.plugins.plugin_utils.on_cluster import ClusterAction


class ActionModule(ClusterAction):
    """Gives `object`, which is none where there is none, as before a first run in check mode."""

    arguments: ClassVar[dict[str, dict[str, Any]]] = {
        "api_version": {"type": "str", "default": "v1"},
        "kind": {"type": "str", "required": True},
        "name": {"type": "str", "required": True},
        "namespace": {"type": "str"},
        **ClusterAction.access,
    }

    def work(self) -> dict[str, Any]:
        """Asks once."""
        names = (self.given[part] for part in ("api_version", "kind", "namespace", "name"))
        with self.cluster() as cluster:
            return {"object": cluster.get(ObjectKey(*names))}
