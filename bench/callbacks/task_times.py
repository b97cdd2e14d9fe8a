"""How long each task of a playbook took, as the main process sees it: started until its result."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: task_times
type: aggregate
short_description: Writes how long tasks took
description: One JSON line a task, to the file that BENCH_TASK_TIMES names.
author: Stratum maintainers
"""


class CallbackModule(CallbackBase):  # type: ignore[misc]
    """For plays with one host. A loop is one task."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "task_times"

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:  # noqa: ANN401, ARG002
        self._begin = time.perf_counter()

    def v2_runner_on_ok(self, result: Any) -> None:  # noqa: ANN401
        seconds = time.perf_counter() - self._begin
        line = {"task": result.task.get_name(), "seconds": seconds, "changed": result.is_changed()}
        with Path(os.environ["BENCH_TASK_TIMES"]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
