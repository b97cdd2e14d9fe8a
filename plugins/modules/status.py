#!/usr/bin/python
# Copyright: Stratum maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The documentation of the action `status`, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: status
short_description: Shows how a product stands and what its last run did
version_added: 1.0.0
author: Stratum maintainers (@stratum-platform)
description:
  - Reads records and a journal, and asks the recorded probes. Changes nothing.
  - Fails where the run did not keep the order of the product.
options:
  run:
    description: The run to show; by default the last.
    type: str
attributes:
  check_mode:
    description: Only reads.
    support: full
"""

EXAMPLES = r"""
- name: Look at records, readiness and the journal
  stratum.platform.status:
"""

RETURN = r"""
stratum_report:
  description: What is shown, line by line.
  type: list
  elements: str
  returned: always
states:
  description: By instance, its state.
  type: dict
  returned: always
violations:
  description: Where the run did not keep the order; empty where it did.
  type: list
  elements: str
  returned: always
"""
