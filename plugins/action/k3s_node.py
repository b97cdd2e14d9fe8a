"""A node of a K3s cluster from the controller: emptied before an upgrade, opened after it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from ansible.errors import AnsibleActionFail

from ansible_collections.stratum.platform.plugins.module_utils.k3s.node import Node, NodeError
from ansible_collections.stratum.platform.plugins.module_utils.kube.connection import Cluster
from ansible_collections.stratum.platform.plugins.module_utils.kube.problem import KubeError
from ansible_collections.stratum.platform.plugins.plugin_utils.on_controller import (
    ControllerAction,
)


class ActionModule(ControllerAction):
    """Where there is no kubeconfig there is no cluster yet, and nothing to do."""

    arguments: ClassVar[dict[str, dict[str, Any]]] = {
        "name": {"type": "str", "required": True},
        "state": {"type": "str", "choices": ["drained", "open", "absent"], "required": True},
        "kubeconfig": {"type": "path", "required": True},
        "server": {"type": "str", "default": ""},
        "address": {"type": "str", "default": ""},
        "timeout": {"type": "int", "default": 120},
    }

    def work(self) -> dict[str, Any]:
        """Brings the node to that state."""
        given = self.given
        if not Path(given["kubeconfig"]).is_file():
            return {"pods": []}
        try:
            with Cluster(given["kubeconfig"], server=given["server"] or None) as cluster:
                return self._bring(Node(cluster, given["name"]), given)
        except (KubeError, NodeError) as error:
            raise AnsibleActionFail(str(error)) from error

    def _bring(self, node: Node, given: dict[str, Any]) -> dict[str, Any]:
        if self._task.check_mode:
            return {"changed": given["state"] != "open" and node.seen() is not None, "pods": []}
        if given["state"] == "drained":
            return {"changed": True, "pods": node.drain(given["timeout"])}
        if given["state"] == "open":
            return {"changed": node.open(), "pods": []}
        return {"changed": node.forget(given["address"]), "pods": []}
