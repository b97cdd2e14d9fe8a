"""A run as the callback conducts it: opened before its first task, completed after its last."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ansible import context
from ansible.playbook.role import Role

from ansible_collections.stratum.platform.plugins.module_utils.run import closing, timeline
from ansible_collections.stratum.platform.plugins.module_utils.run.journal import Journal, Reader
from ansible_collections.stratum.platform.plugins.module_utils.run.runs import (
    close_run,
    open_run,
)
from ansible_collections.stratum.platform.plugins.module_utils.run.state import StateDirectory
from ansible_collections.stratum.platform.plugins.plugin_utils.given_secrets import read_ahead
from ansible_collections.stratum.platform.plugins.plugin_utils.lifecycle import describe

LIFECYCLE = "stratum.platform.await_needs"


class Conducted:
    """The main process's side of one run's journal."""

    def __init__(self, state: StateDirectory, journal: Journal) -> None:
        self._state = state
        self._journal = journal
        self._reader = Reader(journal.path)
        self._events: list[dict[str, Any]] = []
        self._failures: dict[str, str] = {}
        self._ended: set[str] = set()
        self._look()
        self.instances = {entry["name"] for entry in self._events[0]["instances"]}

    def reader(self) -> Reader:
        """A reader of the journal from its beginning."""
        return Reader(self._journal.path)

    def has_ended(self, instance: str) -> bool:
        self._look()
        return instance in self._ended

    def changed(self, instance: str, task: str) -> None:
        """A task of the instance's role changed something."""
        if not self.has_ended(instance):
            self._journal.append("changed", instance=instance, task=task)

    def remember(self, instance: str, failure: str) -> None:
        """A failure that a rescue should put into the journal; used if none does."""
        self._failures[instance] = failure

    def fail(self, instance: str, failure: str, evidence: list[str]) -> None:
        """A failure that nobody else puts into the journal."""
        if not self.has_ended(instance):
            self._journal.append("ended", **closing.failed(instance, failure, evidence))

    def close(self, interrupted: bool) -> None:
        """Give every instance a final state and end the journal."""
        self._look()
        for fields in closing.missing_ends(self._events, self._failures, interrupted):
            self._journal.append("ended", **fields)
        close_run(self._journal, self._state)

    def timeline(self) -> timeline.Timeline:
        """The run as far as it is in the journal."""
        self._look()
        found = timeline.of_events(self._events)
        if found is None:
            raise ValueError(f"{self._journal.path} does not begin with run_started")
        return found

    def _look(self) -> None:
        new = self._reader.new()
        self._events += new
        self._ended |= {event["instance"] for event in new if event["event"] == "ended"}


def conduct(play: Any) -> Conducted | None:  # noqa: ANN401  (Ansible has no types)
    """Open the run of a play that brings instances through their lifecycle, else None.

    Raises:
        RunError: another process is at work in this environment.
    """
    if not _has_lifecycle([*play.roles, *play.tasks]):
        return None
    variables = play.get_variable_manager()
    inventory = variables._inventory
    hosts = hosts_of(play)
    if not hosts or "stratum_instance" not in hosts[0].get_vars():
        return None
    everywhere = variables.get_vars(play=play, host=hosts[0])
    product: Mapping[str, Any] = everywhere["stratum_product"]
    instances = [host.get_vars()["stratum_instance"] for host in hosts]
    names = [name for tier in product["tiers"] for name in tier["instances"]]
    read_ahead(everywhere, play.get_loader())
    state = StateDirectory(Path(everywhere["stratum_state_dir"]))
    journal = open_run(
        state,
        os.getpid(),
        lambda: describe(product, instances, bool(context.CLIARGS.get("check")), "callback"),
        lambda: {
            **product,
            "instances": [inventory.get_host(n).get_vars()["stratum_instance"] for n in names],
        },
    )
    return Conducted(state, journal)


def hosts_of(play: Any) -> list[Any]:  # noqa: ANN401  (Ansible has no types)
    """The hosts of a play, in its order."""
    inventory = play.get_variable_manager()._inventory
    return list(inventory.get_hosts(play.hosts, order=play.order))


def _has_lifecycle(parts: Iterable[Any]) -> bool:
    """Whether a play's roles, blocks or tasks contain the task that opens a lifecycle."""
    for part in parts:
        if getattr(part, "action", None) == LIFECYCLE:
            return True
        inner = part.get_task_blocks() if isinstance(part, Role) else getattr(part, "block", ())
        if _has_lifecycle(inner):
            return True
    return False
