"""The recorded outputs of everything that is installed, for playbooks that use a product."""

from __future__ import annotations

from typing import Any

from ansible_collections.stratum.platform.plugins.module_utils.run import record
from ansible_collections.stratum.platform.plugins.plugin_utils.lifecycle import LifecycleAction


class ActionModule(LifecycleAction):
    """Gives `outputs`: by component, the outputs of its instance that was recorded last."""

    def work(self) -> dict[str, Any]:
        found: dict[str, dict[str, Any]] = {}
        for path in sorted((self.state.root / "records").glob("*.json")):
            entry = record.read(self.state, path.stem)
            if entry is not None:
                found[entry.component] = entry.outputs
        return {"outputs": found}
