"""An archive of all wheels that a machine needs for one program, made on the controller."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ansible_collections.stratum.platform.plugins.module_utils.artifact.wheels import (
    Target,
    Wanted,
    WheelsError,
    archive,
)

OLDEST_PYTHON = (3, 11)


class ActionModule(ActionBase):  # type: ignore[misc]
    """Gives `path`. `target` is what the machine's Python says: python, machine, glibc."""

    _requires_connection = False

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Ansible's entry."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        arguments = self._task.args
        target = Target(**{key: str(value) for key, value in arguments["target"].items()})
        if tuple(int(part) for part in target.python.split(".")) < OLDEST_PYTHON:
            raise AnsibleActionFail(
                f"the machine has Python {target.python}, and 3.11 or newer is needed: install "
                "one there and name it in the role's variable that ends in _python"
            )
        wanted = Wanted(
            requirements=[str(line) for line in arguments["requirements"]],
            constraints=_path(arguments.get("constraints")),
            digest=str(arguments["digest"]),
            target=target,
            mirror=_path(arguments.get("mirror")),
        )
        try:
            path, made = archive(wanted, Path(arguments["folder"]))
        except WheelsError as error:
            raise AnsibleActionFail(str(error)) from error
        return result | {"changed": made, "path": str(path)}


def _path(value: Any) -> Path | None:  # noqa: ANN401  (an argument is any value)
    return Path(str(value)) if value else None
