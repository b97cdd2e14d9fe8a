#!/usr/bin/python
# Copyright: Stratum maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The documentation of the action `look`, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: look
short_description: Says how an instance looks from its own place
version_added: 1.0.0
author: Stratum maintainers (@stratum-platform)
description:
  - Asks the recorded probes of an instance, for M(stratum.platform.status). Changes nothing.
options:
  instance:
    description:
      - Another instance than that of the host, where the task is delegated to it. Then a machine
        that does not answer is a state as well, and no failure.
    type: str
attributes:
  check_mode:
    description: Only reads.
    support: full
"""

EXAMPLES = r"""
- name: Look at every instance
  stratum.platform.look:

- name: Look at one that is needed
  stratum.platform.look:
    instance: warehouse@a
  delegate_to: warehouse@a
"""

RETURN = r"""
state:
  description: The state of readiness; nothing where the instance is not recorded.
  type: str
  returned: where it is recorded
sentence:
  description: What was seen.
  type: str
  returned: where it is recorded
evidence:
  description: What shows it.
  type: list
  elements: str
  returned: where it is recorded
"""
