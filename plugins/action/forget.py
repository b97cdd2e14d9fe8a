"""Last task of an uninstalled instance: its record goes, and with `purge` its secrets and data."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from ansible_collections.stratum.platform.plugins.module_utils.run import record
from ansible_collections.stratum.platform.plugins.plugin_utils.lifecycle import LifecycleAction


class ActionModule(LifecycleAction):
    """Gives the paths of data on its machine that are to be deleted; without `purge` none.

    What lies in the state directory, on the controller, it deletes itself.
    """

    def work(self) -> dict[str, Any]:
        found = record.read(self.state, self.name)
        purge = bool(self._task.args["purge"])
        if not self.check_mode:
            for path in self._own() if purge else []:
                _delete(path)
            record.remove(self.state, self.name)
        return {"changed": found is not None, "data": found.data if found and purge else []}

    def _own(self) -> list[Path]:
        component = self.instance["component"]
        others = (self.state.root / "records").glob(f"{component}@*.json")
        # Instances of one component share its secrets: the last to go takes them along.
        last = all(path.stem == self.name for path in others)
        secrets = (self.state.root / "secrets").glob(f"{component}.*") if last else ()
        return [self.state.root / "components" / self.name, *secrets]


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
