"""Waits until an instance is ready, with evidence where it does not become so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail

from ansible_collections.stratum.platform.plugins.module_utils.host.supervisord import Supervisord
from ansible_collections.stratum.platform.plugins.module_utils.ready import readiness
from ansible_collections.stratum.platform.plugins.module_utils.run.state import StateDirectory
from ansible_collections.stratum.platform.plugins.plugin_utils.lifecycle import LifecycleAction


class ActionModule(LifecycleAction):
    """Asks the role's readiness probes until all are Current, or the time is over.

    A role that is used alone, without a product, gives `name` and `state_directory`; otherwise
    they are the instance's.
    """

    works_alone = True

    def work(self) -> dict[str, Any]:
        self.journal().append("phase", instance=self.name, phase="ready")
        return self._wait()

    def work_alone(self) -> dict[str, Any]:
        self.name = str(self._task.args["name"])
        self.state = StateDirectory(Path(self._task.args["state_directory"]))
        return self._wait()

    def _wait(self) -> dict[str, Any]:
        probes = [dict(self.fill(entry)) for entry in self.meta().get("readiness", [])]
        if self.check_mode:
            return {"probes": probes}
        timeout = float(self._task.args.get("timeout", 120))
        status = readiness.wait(probes, self.ask, timeout)
        if not status.current:
            raise AnsibleActionFail(
                f"{self.name} is not ready after {timeout:.0f} s: {status.sentence}",
                result={"evidence": self._evidence(list(status.evidence))},
            )
        return {"probes": probes}

    def _evidence(self, lines: list[str]) -> list[str]:
        status = Supervisord(self.state.root).status(self.name)
        return [*lines, status.sentence, *status.evidence]
