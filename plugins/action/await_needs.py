"""First task of every instance: wait for what it needs, then work out whether there is work."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NoReturn

from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure, AnsibleError

from ansible_collections.stratum.platform.plugins.module_utils.host import ports
from ansible_collections.stratum.platform.plugins.module_utils.ready import readiness
from ansible_collections.stratum.platform.plugins.module_utils.ready.status import State
from ansible_collections.stratum.platform.plugins.module_utils.run import (
    bell,
    closing,
    record,
    wait,
)
from ansible_collections.stratum.platform.plugins.module_utils.run.given import Source, missing
from ansible_collections.stratum.platform.plugins.module_utils.run.inputs import secrets_of
from ansible_collections.stratum.platform.plugins.module_utils.run.journal import (
    Event,
    Journal,
    Reader,
)
from ansible_collections.stratum.platform.plugins.module_utils.run.runs import locked
from ansible_collections.stratum.platform.plugins.module_utils.run.stall import Stall
from ansible_collections.stratum.platform.plugins.plugin_utils.given_secrets import given_secrets
from ansible_collections.stratum.platform.plugins.plugin_utils.lifecycle import (
    LifecycleAction,
    plain,
)
from ansible_collections.stratum.platform.plugins.plugin_utils.machine import is_on_systemd
from ansible_collections.stratum.platform.plugins.plugin_utils.own_inputs import OwnInputs
from ansible_collections.stratum.platform.plugins.plugin_utils.recording import Recording

# What rings no bell, as a failure that stops the whole run, is seen after this time.
LOOK_EVERY_SECONDS = 0.5


class ActionModule(LifecycleAction):
    """Fails because what the instance needs will never be ready; else it gives its inputs.

    One task and not two, because each costs a process for every instance of a product.
    """

    def work(self) -> dict[str, Any]:
        journal = self.open_run()
        self._progress = wait.Progress()
        reader = Reader(journal.path, wait.KINDS)
        self._progress.feed(reader.new())
        if self._progress.problems is None:
            self._preflight(journal)
            self._progress.feed(reader.new())
        if self._progress.problems:
            self._end(journal, "not started", "the checks before the start found problems")
        outside = self._observe_outside(journal)
        observed = self._wait(journal, reader)
        started = journal.append("started", instance=self.name, observed={**outside, **observed})
        return self._inputs(journal, started)

    def _inputs(self, journal: Journal, started: Event) -> dict[str, Any]:
        try:
            return OwnInputs(self, journal, self._progress).work_out()
        except AnsibleConnectionFailure:
            raise  # the machine cannot be reached: Ansible and the callback take care of that
        except (AnsibleError, OSError) as error:
            Recording(self, journal, started).failed(str(error))
            raise

    def _wait(self, journal: Journal, reader: Reader) -> dict[str, int | None]:
        announced = False
        self._parent = self.main_process
        stall = Stall(journal.path, self._parent)
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
            # All that are pending must end: one at a time is enough to listen for.
            with bell.listening(journal.path, decision.instances[-1]) as listener:
                self._progress.feed(self._next_events(journal, reader, stall, listener))

    def _next_events(
        self, journal: Journal, reader: Reader, stall: Stall, listener: bell.Bell
    ) -> list[Event]:
        while not (events := reader.new()):
            listener.wait(LOOK_EVERY_SECONDS)
            if os.getppid() != self._parent:
                raise AnsibleActionFail("ansible-playbook has ended; this worker ends too")
            dead = stall.dead()
            if dead:
                self._end_the_dead(journal, dead)
        return events

    def _end_the_dead(self, journal: Journal, names: list[str]) -> None:
        """Without the callback, an unreachable host leaves no event: it is found by its silence."""
        reason = "its work ended without a result (unreachable, or its worker was killed)"
        with locked(self.state):  # every waiting instance finds it, one says so
            ended = {event["instance"] for event in journal.read(["ended"])}
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
                problem = self._not_ready(name, found)
                if problem:
                    reason = f"needs {name}, which is not ready: {problem}"
                    self._end(journal, "blocked", reason, [name])
                observed[name] = found.revision
        return observed

    def _not_ready(self, name: str, found: record.Record) -> str:
        """Why an instance outside of this run is not ready, as seen from its own place."""
        if not is_on_systemd(self.vars["hostvars"][name]):
            status = readiness.check(found.probes, self.ask)
            return "" if status.current else status.sentence
        looks = plain(self.vars.get("stratum_seen_outside", {})).get("results", [])
        seen = next((look for look in looks if look["item"] == name), None)
        if seen is None:
            return (
                "its machine was not asked; use stratum.platform.site, or make it part of the run"
            )
        if "state" not in seen:
            return f"its machine cannot be reached: {seen.get('msg', 'it does not answer')}"
        return "" if State(seen["state"]) is State.CURRENT else str(seen["sentence"])

    def _preflight(self, journal: Journal) -> None:
        """Once a run: all checks that change nothing, for all of its instances together."""
        with locked(self.state):
            opening, *done = journal.read(["run_started", "preflight"])
            if done:
                return
            everyone = [self.vars["hostvars"][entry["name"]] for entry in opening["instances"]]
            local = [
                plain(host["stratum_instance"])
                for host in everyone
                if host.get("stratum_service_manager") == "supervisord"
            ]
            problems = ports.check(local, self.state.root, end_orphans=not self.check_mode)
            problems += [problem for host in everyone for problem in _seen_on_its_machine(host)]
            problems += self._problems_of_secrets(everyone)
            journal.append("preflight", problems=problems)
        if problems:
            lines = [f"{p['where']}: {p['what']}\n    {p['cure']}" for p in problems]
            text = "nothing was started, because:\n  " + "\n  ".join(lines)
            self._end(journal, "not started", text)

    def _problems_of_secrets(self, everyone: list[Mapping[str, Any]]) -> list[dict[str, str]]:
        """Of the file that the environment's secrets come from, where there is one."""
        source = Source.of(self.vars)
        if source is None:
            return []
        declared = plain(self.vars["stratum_product"]["secrets"])
        found = given_secrets(source, declared, self._loader)
        wanted = {
            name
            for host in everyone
            for name in secrets_of(plain(host["stratum_instance"])["vars"])
        }
        lacking = missing(source, found, wanted, declared)
        problems = [*found.problems, *([lacking] if lacking else [])]
        return [{"where": p.where, "what": p.what, "cure": p.cure} for p in problems]

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


def _seen_on_its_machine(host: Mapping[str, Any]) -> list[dict[str, str]]:
    """What `stratum.platform.ports` found before, if this instance is the one that it asked for."""
    return [dict(plain(problem)) for problem in host.get("stratum_ports", {}).get("problems", [])]
