#!/usr/bin/python
# Copyright: Stratum maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The documentation of the action `ready`, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ready
short_description: Waits inside of a role until what it started is ready
version_added: 1.0.0
author: Stratum maintainers (@stratum-platform)
description:
  - For roles that have work to do on the running component; the lifecycle waits by itself at its
    end. Uses the readiness probes of the role's C(meta/component.yml).
  - Waiting that ends without readiness is a failure that says which probe saw what.
options:
  name:
    description: Name of the program, where the role is used alone, without a product.
    type: str
  manager:
    description: The machine's service manager, where the role is used alone.
    type: str
    choices: [supervisord, systemd]
  state_directory:
    description: State directory, where the role is used alone.
    type: path
  timeout:
    description: Seconds within which it must be ready.
    type: float
    default: 120
attributes:
  check_mode:
    description: Nothing is waited for.
    support: full
"""

EXAMPLES = r"""
- name: Wait until it answers
  stratum.platform.ready:
    timeout: 60
"""

RETURN = r"""
probes:
  description: The probes, with the values that were asked.
  type: list
  elements: dict
  returned: success
"""
