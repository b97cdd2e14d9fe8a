"""Second task of an instance: its inputs, and whether there is anything to do at all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible.errors import AnsibleActionFail

from ansible_collections.stratum.platform.plugins.module_utils.ready import readiness
from ansible_collections.stratum.platform.plugins.module_utils.run import inputs, record, secret
from ansible_collections.stratum.platform.plugins.module_utils.run.wait import Progress
from ansible_collections.stratum.platform.plugins.plugin_utils.lifecycle import LifecycleAction

PATIENCE_SECONDS = 30.0


class ActionModule(LifecycleAction):
    """Gives the role's variables; ends the instance as `unchanged` where nothing is to do."""

    def work(self) -> dict[str, Any]:
        journal = self.journal()
        self._progress = Progress()
        self._progress.feed(journal.read())
        worked_out = inputs.work_out(
            self.instance, self.vars["stratum_role_digest"], self._output, self._secret
        )
        before = record.read(self.state, self.name)
        why = self._why_not_unchanged(before, worked_out.digest)
        if before is not None and not why:
            self._end_unchanged(before)
        else:
            journal.append("phase", instance=self.name, phase="install")
        return {
            "unchanged": not why,
            "because": why,
            "variables": worked_out.variables,
            "digest": worked_out.digest,
        }

    def _why_not_unchanged(self, before: record.Record | None, digest: str) -> str:
        if before is None:
            return "it is not installed"
        if before.result != "ok":
            return "its last installation failed"
        if before.input_digest != digest:
            return "its inputs differ from what is installed"
        # What it needs was just brought back: it gets the time to find that out by itself.
        patience = PATIENCE_SECONDS if self._needs_were_touched() else 0.0
        status = readiness.wait(before.probes, self.ask, patience)
        return "" if status.current else status.sentence

    def _needs_were_touched(self) -> bool:
        waited_for = self._progress.waits_for(self._progress.instances[self.name])
        return any(self._progress.ended.get(name) in ("changed", "ok") for name in waited_for)

    def _end_unchanged(self, before: record.Record) -> None:
        release = self.vars["stratum_product"]["release"]
        if before.release != release and not self.check_mode:
            record.write(self.state, replace(before, release=release))
        journal = self.journal()
        journal.append(
            "ready", instance=self.name, revision=before.revision, outputs=before.outputs
        )
        journal.append(
            "ended",
            instance=self.name,
            state="unchanged",
            revision=before.revision,
            reason=None,
            by=[],
            evidence=[],
        )

    def _output(self, component: str, key: str) -> Any:  # noqa: ANN401  (outputs are any value)
        name = self._provider(component)
        outputs = self._progress.outputs.get(name)
        if outputs is None:
            found = record.read(self.state, name)
            outputs = found.outputs if found else {}
        if key not in outputs:
            raise AnsibleActionFail(
                f"{self.name} uses {component}.{key}, but {name} has recorded no such output; "
                f"run {name} again"
            )
        return outputs[key]

    def _provider(self, component: str) -> str:
        """The needed instance of a component; on the same machine where there are several."""
        names = [
            need["instance"]
            for need in self.instance["needs"]
            if need["instance"].partition("@")[0] == component
        ]
        here = f"{component}@{self.instance['machine']}"
        return here if here in names else names[0]

    def _secret(self, component: str, key: str) -> str:
        declared = self.vars["stratum_product"]["secrets"][component][key]
        return secret.value_of(
            self.state,
            component,
            key,
            int(declared["length"]),
            declared.get("prefix", ""),
            generate=not self.check_mode,
        )
