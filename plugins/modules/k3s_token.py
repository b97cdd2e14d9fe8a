#!/usr/bin/python
# Copyright: Stratum maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Gives the cluster of a K3s server another token, without a command line that would show it."""

from __future__ import annotations

DOCUMENTATION = r"""
module: k3s_token
short_description: Gives the cluster of a K3s server another token
version_added: 1.1.0
author: Stratum maintainers (@stratum-platform)
description:
  - What C(k3s token rotate) does, asked of the server on this machine itself, with the token that
    it keeps. Servers have to be restarted with the new token afterwards.
options:
  token:
    description: The new one.
    type: str
    required: true
  url:
    description: Address of the server on this machine.
    type: str
    default: https://127.0.0.1:6443
  data_dir:
    description: Folder that K3s keeps everything in.
    type: path
    default: /var/lib/rancher/k3s
attributes:
  check_mode:
    description: It only says whether the token differs.
    support: full
"""

EXAMPLES = r"""
- name: Give the cluster its new token
  stratum.platform.k3s_token:
    token: "{{ k3s_token }}"
"""

RETURN = r""" # """

from pathlib import Path

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.stratum.platform.plugins.module_utils.k3s.machine import Machine
from ansible_collections.stratum.platform.plugins.module_utils.k3s.supervisor import (
    SupervisorError,
    rotate,
)

ARGUMENTS = {
    "token": {"type": "str", "required": True, "no_log": True},
    "url": {"type": "str", "default": "https://127.0.0.1:6443"},
    "data_dir": {"type": "path", "default": "/var/lib/rancher/k3s"},
}


def main() -> None:
    """Ansible's entry."""
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
    given = module.params
    folder = Path(given["data_dir"])
    before = Machine("server", "k3s", folder).token
    if before == given["token"] or module.check_mode:
        module.exit_json(changed=before != given["token"])
    authority = (folder / "server/tls/server-ca.crt").read_text(encoding="utf-8")
    try:
        rotate(given["url"], authority, before, given["token"])
    except SupervisorError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=True)


if __name__ == "__main__":
    main()
