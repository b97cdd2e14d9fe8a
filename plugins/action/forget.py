"""Last task of an uninstalled instance: its record goes, and with `purge` its data and secrets."""

from __future__ import annotations

from typing import Any

from ansible_collections.stratum.platform.plugins.module_utils.run import record
from ansible_collections.stratum.platform.plugins.plugin_utils.lifecycle import LifecycleAction


class ActionModule(LifecycleAction):
    """Gives the paths that are to be deleted; without `purge` there are none."""

    def work(self) -> dict[str, Any]:
        found = record.read(self.state, self.name)
        paths = self._purged(found) if self._task.args["purge"] else []
        if not self.check_mode:
            record.remove(self.state, self.name)
        return {"changed": found is not None, "data": paths}

    def _purged(self, found: record.Record | None) -> list[str]:
        component = self.instance["component"]
        others = (self.state.root / "records").glob(f"{component}@*.json")
        # Instances of one component share its secrets: the last to go takes them along.
        last = all(path.stem == self.name for path in others)
        secrets = (self.state.root / "secrets").glob(f"{component}.*") if last else ()
        own = [self.state.root / "components" / self.name, *secrets]
        return [str(path) for path in [*own, *(found.data if found else [])]]
