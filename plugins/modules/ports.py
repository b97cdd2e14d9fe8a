#!/usr/bin/python
# Copyright: Stratum maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The part of the action `ports` that runs on a machine with systemd."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ports
short_description: Finds who holds the ports of what is to be installed on a machine
version_added: 1.1.0
author: Stratum maintainers (@stratum-platform)
description:
  - Asks the kernel of the machine, once for all instances of the play that live there. Changes
    nothing and does not fail; M(stratum.platform.await_needs) tells the problems with all others.
  - A port that the instance's own unit holds is no problem.
options:
  machine:
    description: Name of the machine; the action knows it.
    type: str
    default: ""
  instances:
    description: Maps of C(name), C(address) and C(ports); the action knows them.
    type: list
    elements: dict
    default: []
  units:
    description:
      - Of the machine's instances, by their names, the units that have names of their own; the
        action knows them.
    type: dict
    default: {}
attributes:
  check_mode:
    description: Only reads.
    support: full
"""

EXAMPLES = r"""
- name: Ask who listens on its machine
  stratum.platform.ports:
  register: stratum_ports
"""

RETURN = r"""
problems:
  description: Ports that somebody else holds, each with C(where), C(what) and C(cure).
  type: list
  elements: dict
  returned: always
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.stratum.platform.plugins.module_utils.host import unit_ports

ARGUMENTS = {
    "machine": {"type": "str", "default": ""},
    "instances": {"type": "list", "elements": "dict", "default": []},
    "units": {"type": "dict", "default": {}},
}


def main() -> None:
    """Ansible's entry."""
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
    wanted = module.params
    problems = unit_ports.check(wanted["machine"], wanted["instances"], wanted["units"])
    module.exit_json(changed=False, problems=problems)


if __name__ == "__main__":
    main()
