"""What the actions that run on the controller alone share: how they get their arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ansible.plugins.action import ActionBase


class ControllerAction(ActionBase):  # type: ignore[misc]
    """An action that asks nothing of the instance's machine. `given` are its checked arguments,
    `vars` the host's."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    arguments: ClassVar[dict[str, dict[str, Any]]] = {}
    constraints: ClassVar[Mapping[str, Any]] = {}

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Ansible's entry: checks the arguments, then does its own work."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        self.vars: dict[str, Any] = task_vars or {}
        _, given = self.validate_argument_spec(self.arguments, **self.constraints)
        self.given: dict[str, Any] = given
        return {**result, "changed": False, **self.work()}

    def work(self) -> dict[str, Any]:
        """The action itself; gives the task's result."""
        raise NotImplementedError
