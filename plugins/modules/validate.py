#!/usr/bin/python
# Copyright: Stratum maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The documentation of the action `validate`, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: validate
short_description: Prints the order of a product and the reasons for it
version_added: 1.0.0
author: Stratum maintainers (@stratum-platform)
description:
  - The inventory has checked the manifest; this shows what it resolved to. Nothing runs.
options: {}
attributes:
  check_mode:
    description: Only reads.
    support: full
"""

EXAMPLES = r"""
- name: Print the order and the reasons
  stratum.platform.validate:
"""

RETURN = r"""
stratum_report:
  description: What is shown, line by line.
  type: list
  elements: str
  returned: always
"""
