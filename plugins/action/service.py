"""A long-running program of an instance, kept by its machine's service manager."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ansible_collections.stratum.platform.plugins.module_utils.host.program import (
    Program,
    SupervisorError,
)
from ansible_collections.stratum.platform.plugins.module_utils.host.supervisord import Supervisord


class ActionModule(ActionBase):  # type: ignore[misc]
    """`state: started` makes the program run as described, `absent` ends and forgets it.

    A program whose description, or whose `revision` (a digest of its configuration and version),
    differs from the running one's is restarted. A role that is used alone, without a product,
    gives `name` and `state_directory`; otherwise they are the instance's.
    """

    _requires_connection = False

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Ansible's entry."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        arguments, variables = self._task.args, task_vars or {}
        manager = variables.get("stratum_service_manager", "supervisord")
        if manager != "supervisord":
            raise AnsibleActionFail(
                f"the machine's service manager is {manager!r}; "
                "this release of the host driver knows supervisord"
            )
        supervisord = Supervisord(Path(arguments["state_directory"]))
        try:
            if arguments.get("state", "started") == "absent":
                return result | self._absent(supervisord, arguments["name"])
            return result | self._started(supervisord, self._program())
        except SupervisorError as error:
            raise AnsibleActionFail(f"{arguments['name']}: {error}") from error

    def _started(self, supervisord: Supervisord, program: Program) -> dict[str, Any]:
        answer = {
            "command": shlex.join(program.command),
            "program": program.command[0],
            "revision": program.environment["STRATUM_REVISION"],
        }
        if self._task.check_mode:
            return {**answer, "changed": not supervisord.runs(program)}
        done = supervisord.put(program)
        return {**answer, "changed": bool(done), "done": done}

    def _absent(self, supervisord: Supervisord, name: str) -> dict[str, Any]:
        if self._task.check_mode:
            return {"changed": bool(supervisord.info(name))}
        return {"changed": supervisord.remove(name)}

    def _program(self) -> Program:
        arguments = self._task.args
        environment = {str(k): str(v) for k, v in (arguments.get("environment") or {}).items()}
        return Program(
            name=str(arguments["name"]),
            command=[str(word) for word in arguments["command"]],
            directory=Path(arguments["directory"]),
            log=Path(arguments["log"]),
            environment={**environment, "STRATUM_REVISION": str(arguments["revision"])},
            stop_seconds=int(arguments.get("stop_seconds", 30)),
        )
