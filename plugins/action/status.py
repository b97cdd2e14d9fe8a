"""Shows how a product stands, what its last run did, and that the run kept the order."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any, ClassVar

from ansible.errors import AnsibleActionFail

from ansible_collections.stratum.platform.plugins.module_utils.ready.status import State, Status
from ansible_collections.stratum.platform.plugins.module_utils.run import (
    order,
    record,
    report,
    standing,
    timeline,
)
from ansible_collections.stratum.platform.plugins.module_utils.run.line import (
    Line,
    plain,
    signs_for,
)
from ansible_collections.stratum.platform.plugins.module_utils.run.runs import run_at_work
from ansible_collections.stratum.platform.plugins.module_utils.run.state import StateDirectory
from ansible_collections.stratum.platform.plugins.plugin_utils.asking import Asker, asker
from ansible_collections.stratum.platform.plugins.plugin_utils.inspection import InspectionAction
from ansible_collections.stratum.platform.plugins.plugin_utils.machine import has_systemd

COLUMNS = 100


class ActionModule(InspectionAction):
    """Reads records and a journal, asks the recorded probes, changes nothing."""

    arguments: ClassVar[dict[str, dict[str, Any]]] = {"run": {"type": "str"}}

    def look(self) -> dict[str, Any]:
        self._state = StateDirectory(Path(self.vars["stratum_state_dir"]))
        self._columns = shutil.get_terminal_size((COLUMNS, 24)).columns
        self._signs = signs_for(sys.__stdout__.encoding if sys.__stdout__ else "ascii")
        standings = self._standings()
        product = self.product
        title = f"{product['product']} {product['release']} in {product['environment']}"
        lines: list[str] = [title, *_plain(standing.table(standings, self._columns, self._signs))]
        verdict, of_run = self._last_run(self.given["run"])
        result: dict[str, Any] = {
            "stratum_report": [*lines, "", *of_run],
            "states": {each.instance: each.state for each in standings},
            "violations": list(verdict.violations) if verdict else [],
        }
        if verdict is not None and not verdict.kept:
            result |= {"failed": True, "msg": "the run did not keep the order of the product"}
        return result

    def _standings(self) -> list[standing.Standing]:
        found = [
            standing.standing(
                instance, record.read(self._state, instance["name"]), self._ask(instance["name"])
            )
            for instance in self.instances
        ]
        known = {instance["name"] for instance in self.instances}
        others = sorted(path.stem for path in (self._state.root / "records").glob("*.json"))
        kept = [record.read(self._state, name) for name in others if name not in known]
        return found + [standing.left_over(entry) for entry in kept if entry is not None]

    def _ask(self, instance: str) -> Asker:
        """What was seen where it lives, if it was asked there, else what is seen from here."""
        if not has_systemd({}, self.vars["hostvars"][instance]):
            return asker(self._state.root)
        seen = self.vars["hostvars"][instance].get("stratum_seen", {})
        missing = {"state": "Unknown", "sentence": seen.get("msg", "its machine was not asked")}
        state, sentence = ({**missing, **seen}[key] for key in ("state", "sentence"))
        return lambda _probe: Status(State(state), sentence, tuple(seen.get("evidence", ())))

    def _last_run(self, wanted: str | None) -> tuple[order.Verdict | None, list[str]]:
        """The verdict on a run's order, and the run's report."""
        runs = self._state.runs()
        if wanted and wanted not in runs:
            known = ", ".join(runs[-3:]) or "none"
            raise AnsibleActionFail(f"there is no run {wanted!r}; the last runs are: {known}")
        if not runs:
            return None, ["Nothing has been run yet."]
        run = wanted or runs[-1]
        data = self._state.journal(run).read_bytes()
        at_work = run_at_work(self._state) == run
        verdict = order.check_journal(data, at_work)
        seen = timeline.of_events(order.parse(data)[0])
        shown = _plain(report.final(seen, self._columns, self._signs)) if seen else []
        check = " in check mode" if seen and seen.check else ""
        title = f"Run {run}{check}{', still at work' if at_work else ''}"
        return verdict, [title, *shown, *verdict.lines()]


def _plain(lines: list[Line]) -> list[str]:
    return [plain(line).rstrip() for line in lines]
