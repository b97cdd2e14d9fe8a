#!/usr/bin/python
# Copyright: Stratum maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The documentation of the action `record`, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: record
short_description: Waits until an instance is ready and records what was installed
version_added: 1.0.0
author: Stratum maintainers (@stratum-platform)
description:
  - The last task of an instance, for the role P(stratum.platform.component#role) alone. With
    O(failure) it records what failed and why, and then fails.
options:
  digest:
    description: The digest of all inputs, from M(stratum.platform.await_needs).
    type: str
  because:
    description: Why something was to be done.
    type: str
  timeout:
    description: Seconds within which it must be ready.
    type: float
    default: 120
  failure:
    description: The failed C(task) and its C(result).
    type: dict
attributes:
  check_mode:
    description: Nothing is recorded.
    support: full
"""

EXAMPLES = r"""
- name: Wait until it is ready, and record it
  stratum.platform.record:
    digest: "{{ component_inputs.digest }}"
"""

RETURN = r"""
outputs:
  description: The values that other components may use.
  type: dict
  returned: success
revision:
  description: The revision of the record.
  type: int
  returned: success
"""
