"""An instance's final state: its record, and its last line in the journal."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ansible_collections.stratum.platform.plugins.module_utils.run import record
from ansible_collections.stratum.platform.plugins.module_utils.run.journal import Event, Journal
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
    "ports",
)


@dataclass(frozen=True)
class Recording:
    """Writes for the instance of `action`, which `started` (its event) in the journal's run."""

    action: LifecycleAction
    journal: Journal
    started: Event

    def failed(self, reason: str, evidence: Sequence[str] = ()) -> None:
        """What was installed before stays recorded, but as failed."""
        action = self.action
        before = record.read(action.state, action.name)
        if not action.check_mode:
            kept = (
                {"outputs": before.outputs, "data": before.data, "probes": before.probes}
                if before
                else {}
            )
            self.write(before.revision if before else 0, "failed", "", kept)
        self.end("failed", None, reason, evidence)

    def write(self, revision: int, result: str, digest: str, found: dict[str, Any]) -> None:
        """Make this the instance's current record; `found` has what was seen at its place."""
        action = self.action
        product = action.vars["stratum_product"]
        started = self.started["time"]
        now = datetime.now(UTC)
        record.write(
            action.state,
            record.Record(
                instance=action.name,
                product=product["product"],
                release=product["release"],
                environment=product["environment"],
                revision=revision,
                input_digest=digest,
                result=result,
                run=self.journal.path.stem,
                started_at=_text(datetime.fromtimestamp(started, UTC)),
                ended_at=_text(now),
                duration_seconds=round(now.timestamp() - started, 3),
                actor=getpass.getuser(),
                **{key: action.instance[key] for key in KEPT_OF_INSTANCE} | found,
            ),
        )

    def end(
        self,
        state: str,
        revision: int | None,
        reason: str | None = None,
        evidence: Sequence[str] = (),
    ) -> None:
        """The instance's last line in the journal."""
        self.journal.append(
            "ended",
            instance=self.action.name,
            state=state,
            revision=revision,
            reason=reason,
            by=[],
            evidence=list(evidence),
        )


def _text(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
