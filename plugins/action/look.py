"""How one instance looks from its own place now; nothing is changed."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure

from ansible_collections.stratum.platform.plugins.module_utils.ready.status import State, Status
from ansible_collections.stratum.platform.plugins.module_utils.run import record
from ansible_collections.stratum.platform.plugins.plugin_utils.lifecycle import LifecycleAction
from ansible_collections.stratum.platform.plugins.plugin_utils.machine import observe


class ActionModule(LifecycleAction):
    """Asks the recorded probes; gives `state`, `sentence` and `evidence`, or nothing unrecorded.

    `instance` is another one than the task's, on whose machine the task is delegated. What that
    machine does not tell is an answer too: the task's own instance is not to fail by it.
    """

    def work(self) -> dict[str, Any]:
        name = str(self._task.args.get("instance") or self.name)
        found = record.read(self.state, name)
        if found is None or found.result != "ok":
            return {}
        status = self.observe(found.probes) if name == self.name else self._of_other(name, found)
        return {
            "state": status.state.value,
            "sentence": status.sentence,
            "evidence": list(status.evidence),
        }

    def _of_other(self, name: str, found: record.Record) -> Status:
        try:
            return observe(self._execute_module, self.vars, found.probes, 0.0, name)
        except AnsibleConnectionFailure as error:
            return Status(State.UNKNOWN, f"its machine cannot be reached: {error}")
        except AnsibleActionFail as error:
            return Status(State.UNKNOWN, str(error))
