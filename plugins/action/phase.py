"""Tells the journal where in its work an instance is."""

from __future__ import annotations

from typing import Any

from ansible_collections.stratum.platform.plugins.plugin_utils.lifecycle import LifecycleAction


class ActionModule(LifecycleAction):
    """Appends a `phase` event."""

    def work(self) -> dict[str, Any]:
        self.journal().append("phase", instance=self.name, phase=self._task.args["name"])
        return {}
