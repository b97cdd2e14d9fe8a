"""Writes what every task did, and where it stands, to the file that STRATUM_TOLD names."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: told
type: notification
short_description: What every task did
description: One JSON line a result.
author: Stratum maintainers (@stratum-platform)
options: {}
"""


class CallbackModule(CallbackBase):
    """Skipped tasks did nothing."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "told"
    CALLBACK_NEEDS_ENABLED = True

    def v2_runner_on_ok(self, result: Any) -> None:
        self._tell(result, "ok", [])

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        if not ignore_errors:
            self._tell(result, "failed", _messages(result.result))

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._tell(result, "unreachable", [])

    def _tell(self, result: Any, how: str, messages: list[str]) -> None:
        line = {
            "host": result.host.get_name(),
            "how": how,
            "action": result.task.action,
            "task": result.task.name,
            "path": result.task.get_path() or "",
            "messages": messages,
        }
        with Path(os.environ["STRATUM_TOLD"]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def _messages(result: Mapping[str, Any]) -> list[str]:
    """One a failure: a loop may have several."""
    bad = [item for item in result.get("results", []) if item.get("failed")]
    if bad:
        return [message for item in bad for message in _messages(item)]
    errors = result.get("argument_errors")
    return [str(error).strip() for error in errors] if errors else [str(result["msg"]).strip()]
