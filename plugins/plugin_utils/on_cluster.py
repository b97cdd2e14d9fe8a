"""What the actions on a cluster share: the way to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from ansible.errors import AnsibleActionFail

from ansible_collections.stratum.platform.plugins.module_utils.kube.connection import Cluster
from ansible_collections.stratum.platform.plugins.module_utils.kube.problem import KubeError
from ansible_collections.stratum.platform.plugins.plugin_utils.on_controller import (
    ControllerAction,
)


class ClusterAction(ControllerAction):
    """An action on a cluster: the one that its arguments name, else that of the instance."""

    access: ClassVar[dict[str, dict[str, Any]]] = {
        "kubeconfig": {"type": "path"},
        "context": {"type": "str"},
    }

    @contextmanager
    def cluster(self) -> Iterator[Cluster]:
        """The cluster; its errors become the task's."""
        recorded: Mapping[str, Any] = self.vars.get("stratum_cluster") or {}
        path = self.given["kubeconfig"] or recorded.get("kubeconfig")
        context = self.given["context"] or recorded.get("context")
        absolute = self._loader.path_dwim(str(path)) if path else None
        try:
            with Cluster(absolute, str(context) if context else None) as cluster:
                yield cluster
        except KubeError as error:
            raise AnsibleActionFail(
                str(error), result={"evidence": list(error.evidence)}
            ) from error
