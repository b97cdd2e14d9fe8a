"""Waits inside of a role until what it started is ready."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible_collections.stratum.platform.plugins.module_utils.run.state import StateDirectory
from ansible_collections.stratum.platform.plugins.plugin_utils.lifecycle import LifecycleAction


class ActionModule(LifecycleAction):
    """For roles that have work to do on the running component; `record` waits by itself.

    A role that is used alone, without a product, gives `name` and `state_directory`; otherwise
    they are the instance's.
    """

    works_alone = True

    def work(self) -> dict[str, Any]:
        self.journal().append("phase", instance=self.name, phase="ready")
        return {"probes": self.become_ready()}

    def work_alone(self) -> dict[str, Any]:
        self.name = str(self._task.args["name"])
        self.state = StateDirectory(Path(self._task.args["state_directory"]))
        return {"probes": self.become_ready()}
