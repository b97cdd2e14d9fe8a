"""How one instance looks from its own place now; nothing is changed."""

from __future__ import annotations

from typing import Any

from ansible_collections.stratum.platform.plugins.module_utils.run import record
from ansible_collections.stratum.platform.plugins.plugin_utils.lifecycle import LifecycleAction


class ActionModule(LifecycleAction):
    """Asks the recorded probes; gives `state`, `sentence` and `evidence`, or nothing unrecorded."""

    def work(self) -> dict[str, Any]:
        found = record.read(self.state, self.name)
        if found is None or found.result != "ok":
            return {}
        status = self.observe(found.probes)
        return {
            "state": status.state.value,
            "sentence": status.sentence,
            "evidence": list(status.evidence),
        }
