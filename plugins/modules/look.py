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
options: {}
attributes:
  check_mode:
    description: Only reads.
    support: full
"""

EXAMPLES = r"""
- name: Look at every instance
  stratum.platform.look:
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
