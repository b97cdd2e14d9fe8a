"""Which of some objects a cluster has already, and not from this release; nothing is changed."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ansible_collections.stratum.platform.plugins.module_utils.kube.connection import Cluster
from ansible_collections.stratum.platform.plugins.module_utils.kube.identity import ObjectKey
from ansible_collections.stratum.platform.plugins.module_utils.kube.ownership import Owner
from ansible_collections.stratum.platform.plugins.module_utils.kube.problem import KubeError

OBJECT = {
    "api_version": {"type": "str", "required": True},
    "kind": {"type": "str", "required": True},
    "name": {"type": "str", "required": True},
    "namespace": {"type": "str"},
}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "name": {"type": "str", "required": True},
    "namespace": {"type": "str", "required": True},
    "kubeconfig": {"type": "path"},
    "context": {"type": "str"},
    "objects": {"type": "list", "elements": "dict", "options": OBJECT, "required": True},
}


class ActionModule(ActionBase):  # type: ignore[misc]
    """Gives `foreign`, the names of those that others have brought."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Ansible's entry."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        _, given = self.validate_argument_spec(ARGUMENTS)
        owner = Owner(given["namespace"], given["name"])
        keys = [
            ObjectKey(item["api_version"], item["kind"], item["namespace"], item["name"])
            for item in given["objects"]
        ]
        try:
            with Cluster(*self._access(given, task_vars or {})) as cluster:
                found = cluster.parallel(cluster.get, keys)
        except KubeError as error:
            raise AnsibleActionFail(str(error)) from error
        foreign = [
            key.name
            for key, live in zip(keys, found, strict=True)
            if live is not None and not owner.owns(live)
        ]
        return result | {"changed": False, "foreign": foreign}

    def _access(
        self, given: dict[str, Any], variables: dict[str, Any]
    ) -> tuple[str | None, str | None]:
        cluster = variables.get("stratum_cluster") or {}
        path = given["kubeconfig"] or cluster.get("kubeconfig")
        context = given["context"] or cluster.get("context")
        absolute = self._loader.path_dwim(str(path)) if path else None
        return absolute, str(context) if context else None
