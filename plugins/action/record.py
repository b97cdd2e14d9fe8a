"""Last task of an instance: it becomes ready, and gets its record and its final state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleActionFail

from ansible_collections.stratum.platform.plugins.module_utils.run import record
from ansible_collections.stratum.platform.plugins.plugin_utils.asking import images_of
from ansible_collections.stratum.platform.plugins.plugin_utils.failure import evidence, message
from ansible_collections.stratum.platform.plugins.plugin_utils.lifecycle import LifecycleAction
from ansible_collections.stratum.platform.plugins.plugin_utils.recording import Recording

KINDS = ("run_started", "started", "changed")


class ActionModule(LifecycleAction):
    """Waits until it is ready and writes what was installed.

    With `failure` it writes what was not and why, and then fails.
    """

    def work(self) -> dict[str, Any]:
        journal = self.journal()
        failure = self._task.args.get("failure")
        if failure is None:
            journal.append("phase", instance=self.name, phase="ready")
            self._probes = self.become_ready()
        self._opening, *own = (
            event
            for event in journal.read(KINDS)
            if event["event"] == "run_started" or event["instance"] == self.name
        )
        started = next(event for event in own if event["event"] == "started")
        self._task_changed = any(event["event"] == "changed" for event in own)
        self._recording = Recording(self, journal, started)
        return self._failed(failure) if failure is not None else self._succeeded()

    def _succeeded(self) -> dict[str, Any]:
        arguments = self._task.args
        meta = self.meta()
        outputs = {key: self.fill(spec["value"]) for key, spec in meta.get("outputs", {}).items()}
        before = record.read(self.state, self.name)
        revision = before.revision if before else 0
        if not self.check_mode:
            revision += 1
            found = {"outputs": outputs, "probes": self._probes, **self._placed(meta)}
            self._recording.write(revision, "ok", arguments["digest"], found)
        self._recording.journal.append(
            "ready", instance=self.name, revision=revision, outputs=outputs
        )
        state = "ok" if self.check_mode or not self._changed() else "changed"
        self._recording.end(state, revision, arguments.get("because"))
        return {"outputs": outputs, "revision": revision}

    def _placed(self, meta: Mapping[str, Any]) -> dict[str, Any]:
        """What only the place knows: its folders on a machine, the images that run on a cluster."""
        if self.on_kubernetes:
            return {"data": [], "images": images_of(self._probes[0])}
        return {"data": [self.fill(path) for path in meta.get("data", [])]}

    def _failed(self, failure: dict[str, Any]) -> dict[str, Any]:
        reason, lines = _explained(failure["result"])
        self._recording.failed(f"{failure['task']}: {reason}", lines)
        raise AnsibleActionFail(f"{self.name}: {failure['task']}: {reason}")

    def _changed(self) -> bool:
        """Whether a task of the role changed something; without the callback, that is assumed."""
        return self._opening["opened_by"] != "callback" or self._task_changed


def _explained(result: Mapping[str, Any]) -> tuple[str, list[str]]:
    """Why, and what shows it; of a task whose output is hidden only what it says of itself."""
    if result.get("_ansible_no_log"):
        said = str(result.get("msg", "it failed without a message"))
        return said, [str(line) for line in result.get("evidence", [])]
    return message(result), evidence(result)
