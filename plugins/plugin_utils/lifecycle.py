"""What the lifecycle's action plugins share: the instance they work on, its run and its state."""

from __future__ import annotations

import getpass
import itertools
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible.template import trust_as_template

from ansible_collections.stratum.platform.plugins.module_utils.host.supervisord import Supervisord
from ansible_collections.stratum.platform.plugins.module_utils.ready import probe, readiness
from ansible_collections.stratum.platform.plugins.module_utils.ready.status import Status
from ansible_collections.stratum.platform.plugins.module_utils.run.journal import Journal
from ansible_collections.stratum.platform.plugins.module_utils.run.runs import (
    RunError,
    current_run,
    open_run,
)
from ansible_collections.stratum.platform.plugins.module_utils.run.state import StateDirectory


class LifecycleAction(ActionBase):  # type: ignore[misc]
    """An action that works on one instance (one Ansible host) of a product."""

    TRANSFERS_FILES = False
    _requires_connection = False
    works_alone = False

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Ansible's entry: the state every lifecycle action needs, then its own work."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        self.vars: dict[str, Any] = task_vars or {}
        self.in_product = "stratum_instance" in self.vars
        if not self.in_product and self.works_alone:
            return result | self.work_alone()
        if not self.in_product:
            raise AnsibleActionFail(
                "this task works on an instance of a product: run it with an inventory of the "
                "plugin stratum.platform.product"
            )
        self.instance: dict[str, Any] = plain(self.vars["stratum_instance"])
        self.name: str = self.instance["name"]
        self.state = StateDirectory(Path(self.vars["stratum_state_dir"]))
        result.update(self.work())
        return result

    def work(self) -> dict[str, Any]:
        """The action itself; gives the task's result."""
        raise NotImplementedError

    def work_alone(self) -> dict[str, Any]:
        """The same for a role that is used without a product, where the action `works_alone`."""
        raise NotImplementedError

    @property
    def check_mode(self) -> bool:
        return bool(self._task.check_mode)

    @property
    def main_process(self) -> int:
        """The process id of ansible-playbook: this worker is its child."""
        return os.getppid()

    def open_run(self) -> Journal:
        """The journal of the run that this task belongs to, opened if this is its first task."""
        try:
            return open_run(self.state, self.main_process, self._describe, self._product, self.name)
        except RunError as error:
            raise AnsibleActionFail(str(error)) from error

    def journal(self) -> Journal:
        """The journal of the open run."""
        journal = current_run(self.state, self.main_process)
        if journal is None:
            raise AnsibleActionFail("no run is open: start with stratum.platform.await_needs")
        return journal

    def meta(self) -> dict[str, Any]:
        """The role's `meta/component.yml` (docs/contracts.md §5), its templates not yet filled."""
        role = self.vars["stratum_role_path" if self.in_product else "role_path"]
        path = Path(role) / "meta" / "component.yml"
        return dict(yaml.safe_load(path.read_text(encoding="utf-8"))["component"])

    def fill(self, value: Any) -> Any:  # noqa: ANN401  (YAML is any value)
        """Fill in templates that come from a role's own files, in the role's variables."""
        if isinstance(value, str):
            return self._templar.template(trust_as_template(value))
        if isinstance(value, Mapping):
            return {key: self.fill(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.fill(item) for item in value]
        return value

    def ask(self, wanted: Mapping[str, Any]) -> Status:
        """The status that a probe of this instance's machine sees."""
        return probe.ask(wanted, Supervisord(self.state.root).status)

    def become_ready(self) -> list[dict[str, Any]]:
        """Ask the role's readiness probes until all are Current; gives the probes.

        Raises:
            AnsibleActionFail: they are not within the task's `timeout`, with what shows it.
        """
        probes = [dict(self.fill(entry)) for entry in self.meta().get("readiness", [])]
        if self.check_mode:
            return probes
        timeout = float(self._task.args.get("timeout", 120))
        status = readiness.wait(probes, self.ask, timeout)
        if not status.current:
            program = Supervisord(self.state.root).status(self.name)
            raise AnsibleActionFail(
                f"{self.name} is not ready after {timeout:.0f} s: {status.sentence}",
                result={"evidence": [*status.evidence, program.sentence, *program.evidence]},
            )
        return probes

    def _describe(self) -> dict[str, Any]:
        product = plain(self.vars["stratum_product"])
        names = self.vars["ansible_play_hosts_all"]
        return describe(
            product, [self._instance_of(name) for name in names], self.check_mode, "worker"
        )

    def _product(self) -> dict[str, Any]:
        product = plain(self.vars["stratum_product"])
        names = [name for tier in product["tiers"] for name in tier["instances"]]
        return {**product, "instances": [self._instance_of(name) for name in names]}

    def _instance_of(self, host: str) -> dict[str, Any]:
        return dict(plain(self.vars["hostvars"][host]["stratum_instance"]))


def plain(value: Any) -> Any:  # noqa: ANN401  (JSON is any value)
    """A copy without Ansible's tags: other libraries take only the built-in types."""
    return json.loads(json.dumps(value))


def describe(
    product: Mapping[str, Any], instances: list[dict[str, Any]], check: bool, opened_by: str
) -> dict[str, Any]:
    """The fields of `run_started` (docs/contracts.md §3).

    Under `--limit` the tier before may not take part; then the nearest one that does is waited for.
    """
    kept = ("name", "component", "tier", "needs", "after_tier", "on_failure", "version")
    part = [tier["name"] for tier in product["tiers"] if _takes_part(tier, instances)]
    return {
        "opened_by": opened_by,
        "check": check,
        "actor": getpass.getuser(),
        "product": product["product"],
        "release": product["release"],
        "environment": product["environment"],
        "schedule": product["schedule"],
        "tiers": product["tiers"],
        "instances": [
            {key: instance[key] for key in kept}
            | {
                "after_tier": instance["after_tier"]
                and _tier_before(instance["tier"], product, part)
            }
            for instance in instances
        ],
    }


def _takes_part(tier: Mapping[str, Any], instances: list[dict[str, Any]]) -> bool:
    return any(instance["tier"] == tier["name"] for instance in instances)


def _tier_before(tier: str, product: Mapping[str, Any], part: list[str]) -> str | None:
    earlier = itertools.takewhile(lambda entry: entry["name"] != tier, product["tiers"])
    return next((e["name"] for e in reversed(list(earlier)) if e["name"] in part), None)
