"""The programs of a file by URL and sha256, or of a mirror, brought to the controller."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ansible_collections.stratum.platform.plugins.module_utils.artifact.problem import (
    ArtifactError,
)
from ansible_collections.stratum.platform.plugins.module_utils.artifact.programs import (
    File,
    programs,
)


class ActionModule(ActionBase):  # type: ignore[misc]
    """Gives `programs`, a list of `name` and `path` on the controller."""

    _requires_connection = False

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Ansible's entry."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        given = {key: value for key, value in self._task.args.items() if value}
        file = File(
            name=str(given["name"]),
            sha256=str(given["sha256"]).lower().removeprefix("sha256:"),
            url=str(given.get("url", "")),
            programs={str(k): str(v) for k, v in given.get("programs", {}).items()},
        )
        mirror = Path(str(given["mirror"])).expanduser() if "mirror" in given else None
        try:
            found, made = programs(file, Path(str(given["folder"])), mirror)
        except ArtifactError as error:
            raise AnsibleActionFail(str(error)) from error
        listed = [{"name": name, "path": str(path)} for name, path in found.items()]
        return result | {"changed": made, "programs": listed}
