"""The databases and accounts of a MariaDB in a pod, as the module `mariadb` gives them elsewhere.

What it does is in `module_utils/database` and `module_utils/kube`; here is only Ansible.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ansible_collections.stratum.platform.plugins.module_utils.database.account import (
    accounts,
    problems,
)
from ansible_collections.stratum.platform.plugins.module_utils.database.change import (
    Change,
    Present,
    changes,
)
from ansible_collections.stratum.platform.plugins.module_utils.database.mariadb import (
    DatabaseError,
    MariaDB,
)
from ansible_collections.stratum.platform.plugins.module_utils.kube import access
from ansible_collections.stratum.platform.plugins.module_utils.kube.execute import Container
from ansible_collections.stratum.platform.plugins.module_utils.kube.problem import (
    KubeError,
    NotFound,
)

ARGUMENTS: dict[str, dict[str, Any]] = {
    "namespace": {"type": "str", "required": True},
    "pod": {"type": "str", "required": True},
    "container": {"type": "str", "required": True},
    "kubeconfig": {"type": "path"},
    "context": {"type": "str"},
    "socket": {"type": "path", "required": True},
    "user": {"type": "str", "default": "mysql"},
    "databases": {"type": "list", "elements": "str", "default": []},
    "users": {"type": "list", "elements": "dict", "default": []},
}


class ActionModule(ActionBase):  # type: ignore[misc]
    """Asks the server by its client in the pod, and changes only what differs."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Ansible's entry."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        _, given = self.validate_argument_spec(ARGUMENTS)
        if wrong := problems(given["users"], given["databases"]):
            raise AnsibleActionFail("\n".join(wrong))
        try:
            done = self._done(self._server(given, task_vars or {}), given)
        except (DatabaseError, KubeError) as error:
            raise AnsibleActionFail(str(error)) from error
        after = "".join(f"{sentence}\n" for sentence in done)
        return result | {
            "changed": bool(done),
            "done": done,
            "diff": {"before": "", "after": after},
        }

    def _server(self, given: Mapping[str, Any], task_vars: Mapping[str, Any]) -> MariaDB:
        cluster: Mapping[str, Any] = task_vars.get("stratum_cluster") or {}
        path = given["kubeconfig"] or cluster.get("kubeconfig")
        absolute = self._loader.path_dwim(str(path)) if path else None
        context = given["context"] or cluster.get("context")
        found = access.read(absolute, str(context) if context else None)
        container = Container(found, given["namespace"], given["pod"], given["container"])
        return MariaDB("mariadb", Path(given["socket"]), container.run, given["user"])

    def _done(self, server: MariaDB, given: Mapping[str, Any]) -> list[str]:
        if self._task.check_mode:
            return [change.sentence for change in _wanted(given, _there(server))]
        upgraded = ["brought the system tables to the server's version"] if server.upgrade() else []
        made = _wanted(given, server.present())
        if made:
            server.make(made)
        return upgraded + [change.sentence for change in made]


def _wanted(given: Mapping[str, Any], there: Present) -> list[Change]:
    return changes(given["databases"], accounts(given["users"]), there)


def _there(server: MariaDB) -> Present:
    """Where there is no pod yet, check mode expects an empty server."""
    try:
        return server.present()
    except NotFound:
        return Present()
