"""What the lifecycle's action plugins share: the instance they work on, its run and its state."""

from __future__ import annotations

import getpass
import itertools
import json
import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible.template import trust_as_template

from ansible_collections.stratum.platform.plugins.module_utils.host.supervisord import Supervisord
from ansible_collections.stratum.platform.plugins.module_utils.ready import readiness
from ansible_collections.stratum.platform.plugins.module_utils.ready.status import State, Status
from ansible_collections.stratum.platform.plugins.module_utils.run.journal import Journal
from ansible_collections.stratum.platform.plugins.module_utils.run.runs import (
    RunError,
    current_run,
    open_run,
)
from ansible_collections.stratum.platform.plugins.module_utils.run.state import StateDirectory
from ansible_collections.stratum.platform.plugins.plugin_utils.asking import (
    asker,
    release_name,
    release_probe,
)
from ansible_collections.stratum.platform.plugins.plugin_utils.machine import has_systemd, observe
from ansible_collections.stratum.platform.plugins.plugin_utils.role_variables import in_role


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
            return open_run(
                self.state, self.main_process, self.describe_run, self._product, self.name
            )
        except RunError as error:
            raise AnsibleActionFail(str(error)) from error

    def journal(self) -> Journal:
        """The journal of the open run."""
        journal = current_run(self.state, self.main_process)
        if journal is None:
            raise AnsibleActionFail("no run is open: start with stratum.platform.await_needs")
        return journal

    @property
    def role(self) -> Path:
        """The folder of the instance's role, or without a product that of the role at work."""
        return Path(self.vars["stratum_role_path" if self.in_product else "role_path"])

    def meta(self) -> dict[str, Any]:
        """The role's `meta/component.yml` (docs/contracts.md §5), its templates not yet filled."""
        return component_meta(self.role)

    def fill(self, value: Any) -> Any:  # noqa: ANN401  (YAML is any value)
        """Fill in templates that come from a role's own files, in the role's variables."""
        if isinstance(value, str):
            return self._in_role.template(trust_as_template(value))
        if isinstance(value, Mapping):
            return {key: self.fill(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.fill(item) for item in value]
        return value

    @cached_property
    def _in_role(self) -> Any:  # noqa: ANN401  (Ansible has no types)
        return in_role(self._templar, self._loader, self.role, self.vars)

    @property
    def on_kubernetes(self) -> bool:
        """Whether the instance is a release on a cluster."""
        return self.in_product and self.instance["driver"] == "kubernetes"

    def ask(self, wanted: Mapping[str, Any]) -> Status:
        """The status that a probe of this instance's place sees."""
        return asker(self.state.root)(wanted)

    @property
    def on_systemd(self) -> bool:
        """Whether the instance is a service of a machine with systemd."""
        return has_systemd(self._task.args, self.vars) and not self.on_kubernetes

    def observe(self, probes: Sequence[Mapping[str, Any]], timeout_seconds: float = 0.0) -> Status:
        """What probes see from the instance's place; they have that long to become Current."""
        of_cluster = any(probe["kind"] == "release" for probe in probes)
        if self.on_systemd and not of_cluster:
            run = self._execute_module
            return observe(run, self.vars, probes, timeout_seconds, self.name)
        return readiness.wait(probes, self.ask, timeout_seconds)

    def probes(self) -> list[dict[str, Any]]:
        """What must be Current for the instance to be ready."""
        if not self.on_kubernetes:
            return [dict(self.fill(entry)) for entry in self.meta()["readiness"]]
        name, namespace = release_name(self.name), self.instance["namespace"]
        return [release_probe(name, namespace, plain(self.vars["stratum_cluster"]))]

    def become_ready(self) -> list[dict[str, Any]]:
        """Ask the role's readiness probes until all are Current; gives the probes.

        Raises:
            AnsibleActionFail: they are not within the task's `timeout`, with what shows it.
        """
        probes = self.probes()
        if self.check_mode:
            return probes
        timeout = float(self._task.args.get("timeout", 120))
        status = self.observe(probes, timeout)
        if not status.current:
            failed = status.state is State.FAILED
            after = "cannot become ready" if failed else f"is not ready after {timeout:.0f} s"
            raise AnsibleActionFail(
                f"{self.name} {after}: {status.sentence}",
                result={"evidence": [*status.evidence, *self._evidence()]},
            )
        return probes

    def _evidence(self) -> list[str]:
        """What the machine's service manager knows about an instance that is not ready."""
        if self.on_kubernetes or self.on_systemd:
            return []  # whoever was asked has told it all
        program = Supervisord(self.state.root).status(self.name)
        return [program.sentence, *program.evidence]

    def describe_run(self) -> dict[str, Any]:
        """The play at work, as the journal opens with it."""
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


def component_meta(role: Path) -> dict[str, Any]:
    """The `meta/component.yml` of the role in a folder, as it is written there."""
    path = role / "meta" / "component.yml"
    return dict(yaml.safe_load(path.read_text(encoding="utf-8"))["component"])


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
