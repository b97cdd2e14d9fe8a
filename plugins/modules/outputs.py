#!/usr/bin/python
# Copyright: Stratum maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The documentation of the action `outputs`, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: outputs
short_description: Gives the recorded outputs of everything that is installed
version_added: 1.0.0
author: Stratum maintainers (@stratum-platform)
description:
  - For playbooks that use a product, such as V(stratum.platform.demo). Runs on any instance.
options: {}
attributes:
  check_mode:
    description: Only reads.
    support: full
"""

EXAMPLES = r"""
- name: Read where everything is
  stratum.platform.outputs:
  register: installed

- name: Say where the page is
  ansible.builtin.debug:
    var: installed.outputs.console.url
"""

RETURN = r"""
outputs:
  description: By component, the outputs of its instance that was recorded last.
  type: dict
  returned: always
  sample: {console: {url: "http://127.0.0.1:18088"}}
"""
