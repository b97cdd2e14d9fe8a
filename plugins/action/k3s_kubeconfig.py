"""The kubeconfig of a K3s server, onto the controller, with an address that it is reached under."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ansible_collections.stratum.platform.plugins.module_utils.run.state import (
    private_folder,
    write_whole,
)

ARGUMENTS: dict[str, dict[str, Any]] = {
    "path": {"type": "path", "required": True},
    "server": {"type": "str", "required": True},
    "source": {"type": "path", "default": "/etc/rancher/k3s/k3s.yaml"},
}
OWN_SERVER = re.compile(r"https://127\.0\.0\.1:\d+")


class ActionModule(ActionBase):  # type: ignore[misc]
    """Nobody but its owner may read the file; no result holds any of it."""

    TRANSFERS_FILES = False
    _supports_check_mode = True

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Ansible's entry."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        _, given = self.validate_argument_spec(ARGUMENTS)
        read = {"src": given["source"]}
        found = self._execute_module("ansible.builtin.slurp", read, task_vars=task_vars)
        if "content" not in found:
            raise AnsibleActionFail(f"{given['source']} cannot be read: {found.get('msg', '')}")
        text = OWN_SERVER.sub(given["server"], base64.b64decode(found["content"]).decode())
        path = Path(given["path"])
        changed = not path.is_file() or path.read_text(encoding="utf-8") != text
        if changed and not self._task.check_mode:
            private_folder(path.parent)
            write_whole(path, text, mode=0o600)
        return result | {"changed": changed}
