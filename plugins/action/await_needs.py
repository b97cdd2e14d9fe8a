"""First task of every instance: wait, in the journal, for what it needs."""

from __future__ import annotations

import os
import time
from typing import Any, NoReturn

from ansible.errors import AnsibleActionFail

from ansible_collections.stratum.platform.plugins.module_utils.host import ports
from ansible_collections.stratum.platform.plugins.module_utils.ready import readiness
from ansible_collections.stratum.platform.plugins.module_utils.run import closing, record, wait
from ansible_collections.stratum.platform.plugins.module_utils.run.journal import (
    Event,
    Journal,
    Reader,
)
from ansible_collections.stratum.platform.plugins.module_utils.run.runs import locked
from ansible_collections.stratum.platform.plugins.module_utils.run.stall import Stall
from ansible_collections.stratum.platform.plugins.plugin_utils.lifecycle import LifecycleAction

LOOK_EVERY_SECONDS = 0.03


class ActionModule(LifecycleAction):
    """Ends when everything the instance needs is ready, or fails because it never will be."""

    def work(self) -> dict[str, Any]:
        journal = self.open_run()
        self._preflight(journal)
        self._progress = wait.Progress()
        reader = Reader(journal.path)
        self._progress.feed(reader.new())
        if self._progress.problems:
            self._end(journal, "not started", "the checks before the start found problems")
        outside = self._observe_outside(journal)
        observed = self._wait(journal, reader)
        journal.append("started", instance=self.name, observed={**outside, **observed})
        return {"observed": {**outside, **observed}}

    def _wait(self, journal: Journal, reader: Reader) -> dict[str, int | None]:
        announced = False
        parent = self.main_process
        stall = Stall(journal.path, parent)
        while True:
            decision = self._progress.decide(self._progress.instances[self.name])
            if isinstance(decision, wait.Go):
                return decision.observed
            if isinstance(decision, wait.Blocked):
                reason = f"blocked by {', '.join(decision.by)}"
                self._end(journal, "blocked", reason, list(decision.by))
            if isinstance(decision, wait.Stopped):
                reason = f"the run was stopped when {decision.by} failed"
                self._end(journal, "not started", reason, [decision.by])
            if not announced:
                announced = True
                pending = list(decision.instances)
                journal.append("waiting", instance=self.name, pid=os.getpid(), **{"for": pending})
            self._progress.feed(self._next_events(journal, reader, stall, parent))

    def _next_events(
        self, journal: Journal, reader: Reader, stall: Stall, parent: int
    ) -> list[Event]:
        """Looks until something new is in the journal: a look costs next to nothing."""
        while not (events := reader.new()):
            time.sleep(LOOK_EVERY_SECONDS)
            if os.getppid() != parent:
                raise AnsibleActionFail("ansible-playbook has ended; this worker ends too")
            dead = stall.dead()
            if dead:
                self._end_the_dead(journal, dead)
        return events

    def _end_the_dead(self, journal: Journal, names: list[str]) -> None:
        """Without the callback, an unreachable host leaves no event: it is found by its silence."""
        reason = "its work ended without a result (unreachable, or its worker was killed)"
        with locked(self.state):  # every waiting instance finds it, one says so
            ended = {e["instance"] for e in journal.read() if e["event"] == "ended"}
            for name in names:
                if name not in ended:
                    journal.append("ended", **closing.failed(name, reason))

    def _observe_outside(self, journal: Journal) -> dict[str, int | None]:
        """Edges to instances outside of this run: their records and live readiness decide."""
        observed: dict[str, int | None] = {}
        for name in self._progress.waits_for(self.instance):
            if name in self._progress.instances:
                continue
            found = record.read(self.state, name)
            if found is None or found.result != "ok":
                missing = "is not installed" if found is None else "failed when it was installed"
                reason = f"needs {name}, which {missing} and is not part of this run"
                self._end(journal, "blocked", reason, [name])
            else:
                status = readiness.check(found.probes, self.ask)
                if not status.current:
                    reason = f"needs {name}, which is not ready: {status.sentence}"
                    self._end(journal, "blocked", reason, [name])
                observed[name] = found.revision
        return observed

    def _preflight(self, journal: Journal) -> None:
        """Once a run: all checks that change nothing, for all of its instances together."""
        with locked(self.state):
            events = journal.read()
            if any(event["event"] == "preflight" for event in events):
                return
            instances = [self._instance_of(entry["name"]) for entry in events[0]["instances"]]
            local = [
                entry
                for entry in instances
                if self.vars["hostvars"][entry["name"]].get("stratum_service_manager")
                == "supervisord"
            ]
            problems = ports.check(local, self.state.root, end_orphans=not self.check_mode)
            journal.append("preflight", problems=problems)
        if problems:
            lines = [f"{p['where']}: {p['what']}\n    {p['cure']}" for p in problems]
            text = "nothing was started, because:\n  " + "\n  ".join(lines)
            self._end(journal, "not started", text)

    def _end(
        self, journal: Journal, state: str, reason: str, by: list[str] | None = None
    ) -> NoReturn:
        journal.append(
            "ended",
            instance=self.name,
            state=state,
            revision=None,
            reason=reason,
            by=by or [],
            evidence=[],
        )
        raise AnsibleActionFail(f"{self.name}: {reason}")
