#!/usr/bin/python
# Copyright: Stratum maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Removes files that an earlier installation wrote and that are no longer wanted."""

from __future__ import annotations

DOCUMENTATION = r"""
module: written_files
short_description: Removes files that an earlier installation wrote and nobody wants now
version_added: 1.1.0
author: Stratum maintainers (@stratum-platform)
description:
  - Keeps a list of the files that installations of one program have written. What is not in the
    list is never removed, so other people's files stay.
  - Used by the role P(stratum.platform.program#role), before it writes and when its program runs.
options:
  list:
    description: Path of the list, in a folder that is there.
    type: path
    required: true
  files:
    description: Paths of all files that are wanted.
    type: list
    elements: str
    required: true
  state:
    description:
      - With V(begun) the files that are going to be written are entered.
      - With V(finished) those that were written before and are not wanted are removed.
    type: str
    choices: [begun, finished]
    required: true
attributes:
  check_mode:
    description: Says what would be removed.
    support: full
  diff_mode:
    description: Names what is removed, and never shows its content.
    support: full
"""

EXAMPLES = r"""
- name: Remove files that are no longer wanted
  stratum.platform.written_files:
    list: /opt/stratum/collector/written
    files: [/etc/stratum/collector/collector.toml]
    state: finished
"""

RETURN = r"""
removed:
  description: The files that went.
  type: list
  elements: str
  returned: success
"""

from pathlib import Path

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.stratum.platform.plugins.module_utils.host.written import Written

ARGUMENTS = {
    "list": {"type": "path", "required": True},
    "files": {"type": "list", "elements": "str", "required": True},
    "state": {"type": "str", "choices": ["begun", "finished"], "required": True},
}


def main() -> None:
    """Ansible's entry."""
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
    written = Written(Path(module.params["list"]), save=not module.check_mode)
    if module.params["state"] == "begun":
        written.begin(module.params["files"])
        module.exit_json(changed=False, removed=[])  # the files themselves are the change
    removed = written.finish(module.params["files"])
    lines = "".join(f"{name}\n" for name in removed)
    diff = {"before_header": "files", "after_header": "files", "before": lines, "after": ""}
    module.exit_json(changed=bool(removed), removed=removed, diff=diff if removed else {})


if __name__ == "__main__":
    main()
