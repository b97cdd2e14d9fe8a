"""What the instances of the play need that only another machine can answer for."""

from __future__ import annotations

from typing import Any

from ansible_collections.stratum.platform.plugins.module_utils.run import outside, record
from ansible_collections.stratum.platform.plugins.plugin_utils.lifecycle import (
    LifecycleAction,
    plain,
)
from ansible_collections.stratum.platform.plugins.plugin_utils.machine import is_on_systemd


class ActionModule(LifecycleAction):
    """Gives the instances outside of the play that `look` has to ask, each on its machine."""

    def work(self) -> dict[str, Any]:
        hosts = self.vars["ansible_play_hosts_all"]
        instances = [plain(self.vars["hostvars"][host]["stratum_instance"]) for host in hosts]
        names = outside.outside(self.describe_run(), instances)
        return {"instances": [name for name in names if self._is_to_be_asked(name)]}

    def _is_to_be_asked(self, name: str) -> bool:
        found = record.read(self.state, name)
        installed = found is not None and found.result == "ok"
        return installed and is_on_systemd(self.vars["hostvars"][name])
