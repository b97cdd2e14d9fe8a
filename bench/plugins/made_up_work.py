"""Action plugin of made-up components: sleeps, then ends as it is told (see generated.py)."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):  # type: ignore[misc]
    """`seconds` to wait, then its `fate`, one of those in generated.py."""

    _requires_connection = False

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        super().run(tmp, task_vars)
        fate = self._task.args["fate"]
        if fate == "is seen":
            Path((task_vars or {})["stratum_state_dir"], "seen").touch()
        time.sleep(float(self._task.args["seconds"]))
        if fate == "fails":
            raise AnsibleActionFail("it was told to fail")
        if fate == "is killed":
            os.kill(os.getpid(), signal.SIGKILL)
        return {"changed": True}
