#!/usr/bin/python
# Copyright: Stratum maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The documentation of the action `rotate`, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: rotate
short_description: Makes new values of generated secrets
version_added: 1.1.0
author: Stratum maintainers (@stratum-platform)
description:
  - Used by the playbook C(stratum.platform.rotate), before and after an installation. What uses a
    secret has its digest among its inputs, so that installation changes exactly those instances.
  - The value before is kept until all of them have ended well.
options:
  secrets:
    description: Names C(component.key), as a list or with commas between.
    type: list
    elements: str
    required: true
  state:
    description:
      - V(new) draws new values, unless a rotation that has not succeeded yet drew them.
      - V(previous) goes back to the values before.
      - V(settled) forgets the values before where nobody works with them any more.
    type: str
    choices: [new, previous, settled]
    default: new
attributes:
  check_mode:
    description: Says what would be rotated, and who uses it.
    support: full
"""

EXAMPLES = r"""
- name: Draw new values
  stratum.platform.rotate:
    secrets: [collector.github_secret]
  run_once: true
"""

RETURN = r"""
stratum_report:
  description: What was done, line by line; never a value.
  type: list
  elements: str
  returned: always
"""
