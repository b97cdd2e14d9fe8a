#!/usr/bin/python
# Copyright: Stratum maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The part of the action `service` that runs on a machine with systemd."""

from __future__ import annotations

DOCUMENTATION = r"""
module: service
short_description: Keeps a program of an instance running
version_added: 1.0.0
author: Stratum maintainers (@stratum-platform)
description:
  - Makes a program run as described, now and after a reboot, and restarts it where its
    description or its O(revision) differs from that of the running process.
  - Under systemd it becomes a hardened unit C(stratum-<component>.service). In an embedded
    environment it becomes a program of supervisord; then the action does it on the controller.
options:
  name:
    description: Name of the instance.
    type: str
    required: true
  state:
    description: Whether it runs, or is ended and forgotten.
    type: str
    choices: [started, absent]
    default: started
  manager:
    description: The machine's service manager.
    type: str
    choices: [supervisord, systemd]
    default: supervisord
  state_directory:
    description: State directory of an embedded environment.
    type: path
  owner:
    description: Product and environment that it belongs to; another one's unit is not touched.
    type: str
    default: ""
  command:
    description: Program and arguments.
    type: list
    elements: str
    default: []
  directory:
    description: Working directory. Below C(/var/lib), systemd makes it and gives it to the account.
    type: path
  log:
    description: File for its output; systemd keeps it in the journal.
    type: path
  environment:
    description: Environment variables; never a secret.
    type: dict
    default: {}
  revision:
    description: Digest of its configuration and version.
    type: str
    default: ""
  stop_seconds:
    description: Seconds that it may take to end.
    type: int
    default: 30
  account:
    description: Account that it runs as.
    type: str
    default: ""
  credentials:
    description: Names to the files of secrets that systemd hands to it.
    type: dict
    default: {}
  confinement:
    description: systemd directives that differ from those every unit has.
    type: dict
    default: {}
attributes:
  check_mode:
    description: Says what would change.
    support: full
"""

EXAMPLES = r"""
- name: Keep the program running
  stratum.platform.service:
    name: collector@a
    manager: systemd
    account: stratum-collector
    command: [/opt/stratum/collector/versions/1/bin/stratum-collector]
    directory: /var/lib/stratum/delivery/collector
    revision: 6f1ed002ab559585
"""

RETURN = r"""
done:
  description: What was done, in words.
  type: list
  elements: str
  returned: when it was started
revision:
  description: The revision that the program was started with.
  type: str
  returned: when it was started
program:
  description: Path of the program.
  type: str
  returned: when it was started
"""

from pathlib import Path

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.stratum.platform.plugins.module_utils.host.program import (
    Program,
    ServiceError,
)
from ansible_collections.stratum.platform.plugins.module_utils.host.systemd import Systemd

ARGUMENTS = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["started", "absent"], "default": "started"},
    "manager": {"type": "str", "choices": ["supervisord", "systemd"], "default": "supervisord"},
    "state_directory": {"type": "path"},
    "owner": {"type": "str", "default": ""},
    "command": {"type": "list", "elements": "str", "default": []},
    "directory": {"type": "path"},
    "log": {"type": "path"},
    "environment": {"type": "dict", "default": {}},
    "revision": {"type": "str", "default": ""},
    "stop_seconds": {"type": "int", "default": 30},
    "account": {"type": "str", "default": ""},
    "credentials": {"type": "dict", "default": {}},
    "confinement": {"type": "dict", "default": {}},
}


def main() -> None:
    """Ansible's entry."""
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
    systemd = Systemd()
    try:
        result = _absent(module, systemd) if _is_absent(module) else _started(module, systemd)
    except ServiceError as error:
        module.fail_json(msg=f"{module.params['name']}: {error}", evidence=list(error.evidence))
    module.exit_json(**result)


def _is_absent(module: AnsibleModule) -> bool:
    return bool(module.params["state"] == "absent")


def _absent(module: AnsibleModule, systemd: Systemd) -> dict[str, object]:
    name = module.params["name"]
    if module.check_mode:
        return {"changed": systemd.knows(name)}
    return {"changed": systemd.remove(name, module.params["owner"])}


def _started(module: AnsibleModule, systemd: Systemd) -> dict[str, object]:
    wanted = module.params
    program = Program(
        name=wanted["name"],
        command=wanted["command"],
        directory=Path(wanted["directory"]),
        log=Path(wanted["log"] or ""),
        environment={**_texts(wanted["environment"]), "STRATUM_REVISION": wanted["revision"]},
        stop_seconds=wanted["stop_seconds"],
        user=wanted["account"],
        owner=wanted["owner"],
        credentials=_texts(wanted["credentials"]),
        confinement=_texts(wanted["confinement"]),
    )
    answer = {"program": program.command[0], "revision": wanted["revision"]}
    if module.check_mode:
        return {**answer, "changed": not systemd.runs(program)}
    done = systemd.put(program)
    return {**answer, "changed": bool(done), "done": done}


def _texts(values: dict[str, object]) -> dict[str, str]:
    return {str(key): str(value) for key, value in values.items()}


if __name__ == "__main__":
    main()
