#!/usr/bin/python
# Copyright: Stratum maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The documentation of the action `outside`, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: outside
short_description: Names what a limited run needs of machines that are no part of it
version_added: 1.1.0
author: Stratum maintainers (@stratum-platform)
description:
  - The instances that those of the play wait for, that are no part of it, and that live on a
    machine with systemd. Only there can be seen whether they are ready.
  - M(stratum.platform.look) asks them, for M(stratum.platform.await_needs).
options: {}
attributes:
  check_mode:
    description: Only reads.
    support: full
"""

EXAMPLES = r"""
- name: List what is needed from outside of the run
  stratum.platform.outside:
  register: stratum_outside
  run_once: true
"""

RETURN = r"""
instances:
  description: Their names, in the product's order.
  type: list
  elements: str
  returned: success
"""
