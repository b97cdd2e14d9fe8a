#!/usr/bin/python
# Copyright: Stratum maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Readiness probes, asked on the machine where the component lives."""

from __future__ import annotations

DOCUMENTATION = r"""
module: probe
short_description: Asks readiness probes on the machine where the component lives
version_added: 1.1.0
author: Stratum maintainers (@stratum-platform)
description:
  - A service that listens on loopback, and a unit of systemd, can only be asked on their machine.
  - It never fails and changes nothing; it says what it saw.
options:
  probes:
    description: Probes as in a role's C(meta/component.yml), with their templates filled in.
    type: list
    elements: dict
    required: true
  timeout:
    description: Seconds until all have to be Current; 0 asks once.
    type: float
    default: 0
  program:
    description: Instance whose unit is told of where a probe is not Current.
    type: str
    default: ""
attributes:
  check_mode:
    description: It changes nothing.
    support: full
"""

EXAMPLES = r"""
- name: Ask whether it answers
  stratum.platform.probe:
    probes:
      - {kind: http, url: "http://127.0.0.1:8480/readyz"}
"""

RETURN = r"""
state:
  description: One of the states of the readiness model.
  type: str
  returned: always
sentence:
  description: The first probe that is not Current, or that all are.
  type: str
  returned: always
evidence:
  description: Lines that show why.
  type: list
  elements: str
  returned: always
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.stratum.platform.plugins.module_utils.host.systemd import Systemd
from ansible_collections.stratum.platform.plugins.module_utils.ready import probe, readiness
from ansible_collections.stratum.platform.plugins.module_utils.ready.status import State, Status

ARGUMENTS = {
    "probes": {"type": "list", "elements": "dict", "required": True},
    "timeout": {"type": "float", "default": 0},
    "program": {"type": "str", "default": ""},
}


def main() -> None:
    """Ansible's entry."""
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
    wanted = module.params
    systemd = Systemd()

    def ask(each: probe.Probe) -> Status:
        status = probe.ask(each, systemd.status)
        if status.current or not wanted["program"]:
            return status
        unit = systemd.status(wanted["program"])
        # A unit that ends again and again will not answer later either.
        state = State.FAILED if unit.state is State.FAILED else status.state
        return Status(state, status.sentence, (*status.evidence, unit.sentence, *unit.evidence))

    status = readiness.wait(wanted["probes"], ask, wanted["timeout"])
    module.exit_json(
        changed=False,
        state=status.state.value,
        sentence=status.sentence,
        evidence=list(status.evidence),
    )


if __name__ == "__main__":
    main()
