"""A long-running program of an instance, kept by its machine's service manager."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ansible_collections.stratum.platform.plugins.module_utils.host.places import SYSTEMD
from ansible_collections.stratum.platform.plugins.module_utils.host.program import (
    Program,
    SupervisorError,
)
from ansible_collections.stratum.platform.plugins.module_utils.host.supervisord import Supervisord
from ansible_collections.stratum.platform.plugins.plugin_utils.machine import manager_of


class ActionModule(ActionBase):  # type: ignore[misc]
    """`state: started` makes the program run as described, `absent` ends and forgets it.

    A program whose description, or whose `revision` (a digest of its configuration and version),
    differs from the running one's is restarted. supervisord is talked to from here; systemd by
    the module of the same name, on the machine.
    """

    _requires_connection = False

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Ansible's entry."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        arguments, variables = self._task.args, task_vars or {}
        manager = manager_of(arguments, variables)
        if manager == SYSTEMD:
            return result | self._on_machine(variables)
        if variables.get("ansible_connection", "local") != "local":
            raise AnsibleActionFail(
                f"{arguments['name']}: supervisord keeps services of the machine that runs "
                "Ansible; give the machine of this one service_manager: systemd"
            )
        supervisord = Supervisord(Path(arguments["state_directory"]))
        try:
            if arguments.get("state", "started") == "absent":
                return result | self._absent(supervisord, arguments["name"])
            return result | self._started(supervisord, self._program())
        except SupervisorError as error:
            raise AnsibleActionFail(f"{arguments['name']}: {error}") from error

    def _on_machine(self, variables: dict[str, Any]) -> dict[str, Any]:
        wanted = {key: value for key, value in self._task.args.items() if value is not None}
        product = variables.get("stratum_product")
        owner = f"{product['product']} in {product['environment']}" if product else ""
        wanted |= {"manager": SYSTEMD, "owner": owner}
        return dict(
            self._execute_module(
                module_name="stratum.platform.service", module_args=wanted, task_vars=variables
            )
        )

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
