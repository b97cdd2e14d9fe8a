"""Last task of an instance: it becomes ready, and gets its record and its final state."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ansible.errors import AnsibleActionFail

from ansible_collections.stratum.platform.plugins.module_utils.run import record
from ansible_collections.stratum.platform.plugins.module_utils.run.journal import Event
from ansible_collections.stratum.platform.plugins.plugin_utils.failure import evidence, message
from ansible_collections.stratum.platform.plugins.plugin_utils.lifecycle import LifecycleAction

KEPT_OF_INSTANCE = (
    "component",
    "tier",
    "driver",
    "version",
    "machine",
    "source",
    "files",
    "images",
)


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
        self._events = journal.read()
        return self._failed(failure) if failure is not None else self._succeeded()

    def _succeeded(self) -> dict[str, Any]:
        arguments = self._task.args
        meta = self.meta()
        outputs = {key: self.fill(spec["value"]) for key, spec in meta.get("outputs", {}).items()}
        before = record.read(self.state, self.name)
        revision = before.revision if before else 0
        if not self.check_mode:
            revision += 1
            data = [self.fill(path) for path in meta.get("data", [])]
            found = {"outputs": outputs, "data": data, "probes": self._probes}
            self._write(revision, "ok", arguments["digest"], found)
        journal = self.journal()
        journal.append("ready", instance=self.name, revision=revision, outputs=outputs)
        state = "ok" if self.check_mode or not self._changed() else "changed"
        self._end(state, revision, arguments.get("because"))
        return {"outputs": outputs, "revision": revision}

    def _failed(self, failure: dict[str, Any]) -> dict[str, Any]:
        reason, lines = _explained(failure["result"])
        before = record.read(self.state, self.name)
        if not self.check_mode:
            kept = (
                {"outputs": before.outputs, "data": before.data, "probes": before.probes}
                if before
                else {}
            )
            self._write(before.revision if before else 0, "failed", "", kept)
        self._end("failed", None, f"{failure['task']}: {reason}", lines)
        raise AnsibleActionFail(f"{self.name}: {failure['task']}: {reason}")

    def _write(self, revision: int, result: str, digest: str, found: dict[str, Any]) -> None:
        product = self.vars["stratum_product"]
        started = self._own("started")["time"]
        now = datetime.now(UTC)
        record.write(
            self.state,
            record.Record(
                instance=self.name,
                product=product["product"],
                release=product["release"],
                environment=product["environment"],
                revision=revision,
                input_digest=digest,
                result=result,
                run=self._events[0]["run"],
                started_at=_text(datetime.fromtimestamp(started, UTC)),
                ended_at=_text(now),
                duration_seconds=round(now.timestamp() - started, 3),
                actor=getpass.getuser(),
                **{key: self.instance[key] for key in KEPT_OF_INSTANCE},
                **found,
            ),
        )

    def _changed(self) -> bool:
        """Whether a task of the role changed something; without the callback, that is assumed."""
        if self._events[0]["opened_by"] != "callback":
            return True
        return any(
            event["event"] == "changed" and event["instance"] == self.name for event in self._events
        )

    def _own(self, kind: str) -> Event:
        return next(
            event
            for event in self._events
            if event["event"] == kind and event["instance"] == self.name
        )

    def _end(
        self,
        state: str,
        revision: int | None,
        reason: str | None,
        evidence: list[str] | None = None,
    ) -> None:
        self.journal().append(
            "ended",
            instance=self.name,
            state=state,
            revision=revision,
            reason=reason,
            by=[],
            evidence=evidence or [],
        )


def _explained(result: Mapping[str, Any]) -> tuple[str, list[str]]:
    """Why, and what shows it; of a task whose output is hidden only what it says of itself."""
    if result.get("_ansible_no_log"):
        said = str(result.get("msg", "it failed without a message"))
        return said, [str(line) for line in result.get("evidence", [])]
    return message(result), evidence(result)


def _text(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
