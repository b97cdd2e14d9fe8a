#!/usr/bin/python
# Copyright: Stratum maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""K3s on a machine as it stands, what is to become of it, and what speaks against that."""

from __future__ import annotations

DOCUMENTATION = r"""
module: k3s_standing
short_description: How K3s stands on a machine, and what is to become of it
version_added: 1.1.0
author: Stratum maintainers (@stratum-platform)
description:
  - Looks at the machine and at the other servers, and decides whether it starts a cluster, joins
    one or goes on as it is. It changes nothing and does not fail; C(problems) says what speaks
    against it.
  - With I(timeout) it waits until the node is ready in the wanted version instead, and fails with
    the unit's last lines where it does not become so.
options:
  role:
    description: What the machine is to be.
    type: str
    choices: [server, agent]
    required: true
  version:
    description: Wanted version, such as C(v1.36.4+k3s1).
    type: str
    required: true
  program:
    description: Path of the program C(k3s).
    type: path
    default: /usr/local/bin/k3s
  data_dir:
    description: Folder that K3s keeps everything in.
    type: path
    default: /var/lib/rancher/k3s
  join_file:
    description: File that says how the machine came into its cluster.
    type: path
    default: /etc/rancher/k3s/config.yaml.d/join.yaml
  servers:
    description: Addresses of other servers; the one to join first, then those beside it.
    type: list
    elements: str
    default: []
  first:
    description: Whether it may start a cluster.
    type: bool
    default: false
  ca_hash:
    description: Of the cluster that is joined.
    type: str
    default: ""
  token:
    description: That it joins with.
    type: str
    default: ""
  rotate:
    description: Whether a cluster with another token is to take this one.
    type: bool
    default: false
  node:
    description: Name of the node, to wait for it.
    type: str
    default: ""
  revision:
    description: Revision of the configuration, to wait for it.
    type: str
    default: ""
  timeout:
    description: Seconds that the node may take to be ready; 0 does not wait.
    type: int
    default: 0
attributes:
  check_mode:
    description: It changes nothing, and does not wait.
    support: full
"""

EXAMPLES = r"""
- name: Look at the machine
  stratum.platform.k3s_standing:
    role: server
    version: v1.36.4+k3s1
    first: true
    token: "{{ k3s_token }}"
"""

RETURN = r"""
version:
  description: Version that runs, or is installed; empty without one.
  type: str
  returned: always
running:
  description: Version that runs; empty where it does not.
  type: str
  returned: always
revision:
  description: Revision of the configuration that runs.
  type: str
  returned: always
unit:
  description: Whether systemd knows its unit.
  type: bool
  returned: always
data:
  description: Whether the machine belongs to a cluster.
  type: bool
  returned: always
ca_hash:
  description: Of that cluster; empty where there is none.
  type: str
  returned: always
alive:
  description: Addresses of the other servers that answer.
  type: list
  elements: str
  returned: always
join:
  description: Server to join; empty to start a cluster.
  type: str
  returned: always
rotate:
  description: Whether the cluster has to be given the token.
  type: bool
  returned: always
problems:
  description: What speaks against it.
  type: list
  elements: str
  returned: always
"""

import json
import time
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.stratum.platform.plugins.module_utils.k3s import supervisor
from ansible_collections.stratum.platform.plugins.module_utils.k3s.decision import (
    Seen,
    Server,
    Wanted,
    decide,
)
from ansible_collections.stratum.platform.plugins.module_utils.k3s.machine import (
    CRASH_LOOP,
    Machine,
    not_ready,
)

ARGUMENTS = {
    "role": {"type": "str", "choices": ["server", "agent"], "required": True},
    "version": {"type": "str", "required": True},
    "program": {"type": "path", "default": "/usr/local/bin/k3s"},
    "data_dir": {"type": "path", "default": "/var/lib/rancher/k3s"},
    "join_file": {"type": "path", "default": "/etc/rancher/k3s/config.yaml.d/join.yaml"},
    "servers": {"type": "list", "elements": "str", "default": []},
    "first": {"type": "bool", "default": False},
    "ca_hash": {"type": "str", "default": ""},
    "token": {"type": "str", "default": "", "no_log": True},
    "rotate": {"type": "bool", "default": False},
    "node": {"type": "str", "default": ""},
    "revision": {"type": "str", "default": ""},
    "timeout": {"type": "int", "default": 0},
}


def main() -> None:
    """Ansible's entry."""
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
    given = module.params
    machine = Machine(given["role"], given["program"], Path(given["data_dir"]))
    if given["timeout"] and not module.check_mode:
        _wait(module, machine)
    process = machine.process()
    seen = Seen(
        version=process.version or machine.installed,
        data=machine.data,
        ca_hash=machine.ca_hash,
        token=machine.token if given["role"] == "server" else "",
        joined=_joined(Path(given["join_file"])),
        other_role=machine.other_role,
        alive=_alive(given),
    )
    decision = decide(_wanted(given, module.check_mode), seen)
    module.exit_json(
        changed=False,
        version=seen.version,
        running=process.version,
        revision=process.revision,
        unit=process.known,
        data=seen.data,
        ca_hash=seen.ca_hash,
        alive=[server.url for server in seen.alive],
        join=decision.join,
        rotate=decision.rotate,
        problems=list(decision.problems),
    )


def _wanted(given: dict[str, Any], check: bool) -> Wanted:
    # A first look at a whole product finds no server yet: that one would be started before.
    first = given["first"] or (check and not given["ca_hash"])
    return Wanted(
        role=given["role"],
        version=given["version"],
        servers=[url.rstrip("/") for url in given["servers"]],
        first=first,
        ca_hash=given["ca_hash"],
        token=given["token"],
        rotate=given["rotate"],
    )


def _alive(given: dict[str, Any]) -> list[Server]:
    user = "server" if given["role"] == "server" else "node"
    found = [supervisor.look(url, user, given["token"]) for url in given["servers"]]
    return [server for server in found if server is not None]


def _joined(path: Path) -> str | None:
    """What the role wrote there: JSON, which is YAML too."""
    try:
        return str(json.loads(path.read_text(encoding="utf-8")).get("server", ""))
    except (OSError, ValueError):
        return None


def _wait(module: AnsibleModule, machine: Machine) -> None:
    given = module.params
    end = time.monotonic() + given["timeout"]
    while True:
        why = not_ready(machine, given["node"], given["version"], given["revision"])
        if not why:
            return
        looping = machine.process().restarts >= CRASH_LOOP
        if looping or time.monotonic() > end:
            after = (
                "ends again and again" if looping else f"is not ready after {given['timeout']} s"
            )
            evidence = machine.last_lines()
            last = f"; its journal ends: {evidence[-1]}" if evidence else ""
            module.fail_json(msg=f"K3s {after}: {why}{last}", evidence=evidence)
        time.sleep(0.5)


if __name__ == "__main__":
    main()
