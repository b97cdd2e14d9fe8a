"""A node of a K3s cluster from the controller: emptied before an upgrade, opened after it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ansible_collections.stratum.platform.plugins.module_utils.k3s.node import Node, NodeError
from ansible_collections.stratum.platform.plugins.module_utils.kube.connection import Cluster
from ansible_collections.stratum.platform.plugins.module_utils.kube.problem import KubeError

ARGUMENTS: dict[str, dict[str, Any]] = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["drained", "open", "absent"], "required": True},
    "kubeconfig": {"type": "path", "required": True},
    "server": {"type": "str", "default": ""},
    "address": {"type": "str", "default": ""},
    "timeout": {"type": "int", "default": 120},
}


class ActionModule(ActionBase):  # type: ignore[misc]
    """Where there is no kubeconfig there is no cluster yet, and nothing to do."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Ansible's entry."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        _, given = self.validate_argument_spec(ARGUMENTS)
        if not Path(given["kubeconfig"]).is_file():
            return result | {"changed": False, "pods": []}
        try:
            with Cluster(given["kubeconfig"], server=given["server"] or None) as cluster:
                return result | self._bring(Node(cluster, given["name"]), given)
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
