#!/usr/bin/python
# Copyright: Stratum maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The documentation of the action `gateway_secrets`, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: gateway_secrets
short_description: The hashes and the authority of a gateway whose pods cannot keep them
version_added: 1.1.0
author: Stratum maintainers (@stratum-platform)
description:
  - Makes bcrypt hashes of passwords and a certificate authority, and keeps them in files of mode
    0600 where the environment's generated secrets lie. What is there and holds is given again.
  - For the role P(stratum.platform.data_gateway#role). Its result is secret; use C(no_log).
requirements:
  - bcrypt
  - cryptography
options:
  state_directory:
    description: State directory of the environment, on the controller.
    type: path
    required: true
  component:
    description: Name of the component; the files begin with it, and go when it is purged.
    type: str
    required: true
  passwords:
    description: Passwords by user.
    type: dict
    required: true
  authority:
    description: Name of the authority; empty where none is needed.
    type: str
    default: ""
attributes:
  check_mode:
    description: What is not there yet is made, but not kept.
    support: full
"""

EXAMPLES = r"""
- name: Make the hashes and the authority
  stratum.platform.gateway_secrets:
    state_directory: .stratum/demo
    component: data_gateway
    passwords:
      writer: "{{ writer_password }}"
    authority: demo data_gateway
  no_log: true
"""

RETURN = r"""
hashes:
  description: The bcrypt hash of each user's password.
  type: dict
  returned: always
certificate:
  description: The authority's certificate as PEM text; empty without one.
  type: str
  returned: always
private_key:
  description: The authority's key as PEM text; empty without one.
  type: str
  returned: always
"""
