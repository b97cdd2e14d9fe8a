#!/usr/bin/python
# Copyright: Stratum maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The documentation of the action `await_needs`, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: await_needs
short_description: Waits for what an instance needs and works out its inputs
version_added: 1.0.0
author: Stratum maintainers (@stratum-platform)
description:
  - The first task of an instance, for the role P(stratum.platform.component#role) alone.
  - Waits until everything that the instance depends on is ready; ends the instance as blocked
    where that will never be. Then works out its inputs and whether anything is to be done.
options: {}
attributes:
  check_mode:
    description: Waits for the finished check of what it needs.
    support: full
"""

EXAMPLES = r"""
- name: Wait for what it needs, and work out its inputs
  stratum.platform.await_needs:
  register: component_inputs
"""

RETURN = r"""
unchanged:
  description: Whether inputs, record and live readiness agree, so that nothing is to be done.
  type: bool
  returned: success
variables:
  description: The inputs of the instance's role; never shown.
  type: dict
  returned: success
digest:
  description: The digest of all inputs.
  type: str
  returned: success
because:
  description: Why something is to be done.
  type: str
  returned: success
"""
