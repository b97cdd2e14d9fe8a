"""Readiness of what lives on a machine with systemd: asked there, by one module, in one call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleActionFail

from ansible_collections.stratum.platform.plugins.module_utils.host.places import SYSTEMD
from ansible_collections.stratum.platform.plugins.module_utils.ready.status import State, Status

PROBE = "stratum.platform.probe"
Execute = Callable[..., Mapping[str, Any]]


def manager_of(arguments: Mapping[str, Any], variables: Mapping[str, Any]) -> str:
    """The service manager: as a task says, else as the inventory does, else the embedded one."""
    return str(
        arguments.get("manager") or variables.get("stratum_service_manager") or "supervisord"
    )


def has_systemd(arguments: Mapping[str, Any], variables: Mapping[str, Any]) -> bool:
    """Whether systemd keeps the services of the task's machine."""
    return manager_of(arguments, variables) == SYSTEMD


def is_on_systemd(variables: Mapping[str, Any]) -> bool:
    """Whether the instance with these host variables is a service of a machine with systemd."""
    return has_systemd({}, variables) and variables["stratum_instance"]["driver"] != "kubernetes"


def observe(
    execute: Execute,
    variables: Mapping[str, Any],
    probes: Sequence[Mapping[str, Any]],
    timeout_seconds: float,
    program: str,
) -> Status:
    """What the probes see on the machine itself.

    Args:
        execute: runs a module on the machine (`ActionBase._execute_module`).
        variables: of the task.
        probes: with their templates filled in.
        timeout_seconds: how long they are given; 0 asks once.
        program: the instance whose unit is told of where a probe is not Current.
    """
    wanted = {"probes": list(probes), "timeout": timeout_seconds, "program": program}
    seen = execute(module_name=PROBE, module_args=wanted, task_vars=dict(variables))
    if "state" not in seen:
        said = str(seen.get("msg") or seen.get("module_stderr") or "it said nothing")
        raise AnsibleActionFail(f"{program}: its machine could not be asked: {said.strip()}")
    return Status(State(seen["state"]), seen["sentence"], tuple(seen["evidence"]))
