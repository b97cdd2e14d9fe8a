"""The filter that makes Prometheus' list of Alertmanagers out of their addresses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.stratum.platform.plugins.module_utils.monitoring.address import (
    alertmanagers,
)

DOCUMENTATION = """
name: alertmanagers
short_description: Makes Prometheus' alertmanagers out of addresses
version_added: 1.1.0
author: Stratum maintainers (@stratum-platform)
description:
  - Gives a map of C(configs), of the C(egress) rules of a NetworkPolicy that lets it out, and of
    the C(problems) with the input, as sentences.
positional: variable
options:
  _input:
    description: List of addresses.
    type: list
    elements: str
    required: true
  variable:
    description: Name of the input, for messages.
    type: str
    required: true
"""

EXAMPLES = """
- ansible.builtin.debug:
    msg: "{{ (['http://127.0.0.1:9093'] | stratum.platform.alertmanagers('urls')).configs }}"
"""

RETURN = """
_value:
  description: C(problems), C(configs) and C(egress).
  type: dict
"""


class FilterModule:
    """Ansible's entry."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"alertmanagers": lambda urls, variable: alertmanagers(str(variable), urls)}
