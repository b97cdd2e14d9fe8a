#!/usr/bin/python
# Copyright: Stratum maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The documentation of the action `forget`, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: forget
short_description: Forgets an instance that was removed
version_added: 1.0.0
author: Stratum maintainers (@stratum-platform)
description:
  - The last task of an instance that is removed, for the role P(stratum.platform.component#role)
    alone. Its record goes, and with O(purge) its secrets and what lies in the state directory.
options:
  purge:
    description: Whether data and secrets go as well.
    type: bool
    required: true
attributes:
  check_mode:
    description: Nothing is removed.
    support: full
"""

EXAMPLES = r"""
- name: Forget it
  stratum.platform.forget:
    purge: false
"""

RETURN = r"""
data:
  description: Paths of data on its machine that are to be deleted; none without O(purge).
  type: list
  elements: str
  returned: always
"""
