"""An instance's inputs when all it needs is ready, and whether there is anything to do at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ansible.errors import AnsibleActionFail

from ansible_collections.stratum.platform.plugins.module_utils.run import inputs, record, secret
from ansible_collections.stratum.platform.plugins.module_utils.run.given import (
    Source,
    may_be_generated,
)
from ansible_collections.stratum.platform.plugins.module_utils.run.journal import Journal
from ansible_collections.stratum.platform.plugins.module_utils.run.wait import Progress
from ansible_collections.stratum.platform.plugins.plugin_utils.given_secrets import given_secrets
from ansible_collections.stratum.platform.plugins.plugin_utils.lifecycle import LifecycleAction

PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class OwnInputs:
    """Works out the inputs of the instance of `action`, as far as `progress` has seen the run."""

    action: LifecycleAction
    journal: Journal
    progress: Progress

    def work_out(self) -> dict[str, Any]:
        """Gives the role's variables; ends the instance as `unchanged` where nothing is to do."""
        action = self.action
        worked_out = inputs.work_out(
            action.instance, action.vars["stratum_role_digest"], self._output, self._secret
        )
        before = record.read(action.state, action.name)
        why = self._why_not_unchanged(before, worked_out.digest)
        if before is not None and not why:
            self._end_unchanged(before)
            return {"unchanged": True}
        self.journal.append("phase", instance=action.name, phase="install")
        return {
            "unchanged": False,
            "because": why,
            "variables": worked_out.variables,
            "digest": worked_out.digest,
            "_ansible_no_log": True,  # secrets are among the variables
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
        status = self.action.observe(before.probes, patience)
        return "" if status.current else status.sentence

    def _needs_were_touched(self) -> bool:
        waited_for = self.progress.waits_for(self.progress.instances[self.action.name])
        return any(self.progress.ended.get(name) in ("changed", "ok") for name in waited_for)

    def _end_unchanged(self, before: record.Record) -> None:
        release = self.action.vars["stratum_product"]["release"]
        if before.release != release and not self.action.check_mode:
            record.write(self.action.state, replace(before, release=release))
        self.journal.append(
            "ready", instance=self.action.name, revision=before.revision, outputs=before.outputs
        )
        self.journal.append(
            "ended",
            instance=self.action.name,
            state="unchanged",
            revision=before.revision,
            reason=None,
            by=[],
            evidence=[],
        )

    def _output(self, component: str, key: str) -> Any:  # noqa: ANN401  (outputs are any value)
        name = self._provider(component)
        outputs = self.progress.outputs.get(name)
        if outputs is None:
            found = record.read(self.action.state, name)
            outputs = found.outputs if found else {}
        if key not in outputs:
            raise AnsibleActionFail(
                f"{self.action.name} uses {component}.{key}, but {name} has recorded no such "
                f"output; run {name} again"
            )
        return outputs[key]

    def _provider(self, component: str) -> str:
        """The needed instance of a component; on the same machine where there are several."""
        names = [
            need["instance"]
            for need in self.action.instance["needs"]
            if need["instance"].partition("@")[0] == component
        ]
        here = f"{component}@{self.action.instance['machine']}"
        return here if here in names else names[0]

    def _secret(self, component: str, key: str) -> str:
        """The one door for every secret: given by the environment's file, else generated."""
        everything = self.action.vars["stratum_product"]["secrets"]
        source = Source.of(self.action.vars)
        if source is not None:
            found = given_secrets(source, everything, self.action._loader)
            if (component, key) in found.values:
                return found.values[component, key]
            drawn = source.generates_missing and may_be_generated(everything, (component, key))
            if found.problems or not drawn:
                raise AnsibleActionFail(f"{source.name} gives no sound value for {component}.{key}")
        declared = everything[component][key]
        return secret.value_of(
            self.action.state,
            component,
            key,
            int(declared["length"]),
            declared.get("prefix", ""),
            generate=not self.action.check_mode,
        )
