#!/usr/bin/python
# Copyright: Stratum maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ends K3s on a machine and removes what it leaves there."""

from __future__ import annotations

DOCUMENTATION = r"""
module: k3s_leftovers
short_description: Ends K3s on a machine and removes what it leaves there
version_added: 1.1.0
author: Stratum maintainers (@stratum-platform)
description:
  - Units, processes, containers, mounts, network namespaces, interfaces, routes, firewall rules,
    control groups and files of K3s. Where nothing of it is left, nothing is changed.
options:
  data_dir:
    description: Folder that K3s keeps everything in.
    type: path
    default: /var/lib/rancher/k3s
  program:
    description: Path of the program C(k3s).
    type: path
    default: /usr/local/bin/k3s
  pods:
    description: Addresses of pods.
    type: str
    default: 10.42.0.0/16
  keep_data:
    description: Whether I(data_dir) stays.
    type: bool
    default: true
attributes:
  check_mode:
    description: It says what would be removed.
    support: full
"""

EXAMPLES = r"""
- name: Remove K3s and its data
  stratum.platform.k3s_leftovers:
    keep_data: false
"""

RETURN = r"""
removed:
  description: What went, each as its kind and its name.
  type: list
  elements: str
  returned: success
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.stratum.platform.plugins.module_utils.k3s.leftovers import Leftovers

ARGUMENTS = {
    "data_dir": {"type": "path", "default": "/var/lib/rancher/k3s"},
    "program": {"type": "path", "default": "/usr/local/bin/k3s"},
    "pods": {"type": "str", "default": "10.42.0.0/16"},
    "keep_data": {"type": "bool", "default": True},
}


def main() -> None:
    """Ansible's entry."""
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
    removed = Leftovers(**module.params).remove(module.check_mode)
    module.exit_json(changed=bool(removed), removed=removed)


if __name__ == "__main__":
    main()
