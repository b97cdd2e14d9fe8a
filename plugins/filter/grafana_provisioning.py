"""The filter that makes Grafana's provisioning out of a role's inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.stratum.platform.plugins.module_utils.grafana.provisioning import (
    Folders,
    provisioning,
)

DOCUMENTATION = """
name: grafana_provisioning
short_description: Makes Grafana's provisioning out of data sources, dashboards and contact points
version_added: 1.1.0
author: Stratum maintainers (@stratum-platform)
description:
  - Gives a map of the C(files) with C(name) and C(content), the C(secrets) that they name, the
    C(egress) rules of a NetworkPolicy that lets Grafana out, and the C(problems) with the input.
positional: given, secrets
options:
  _input:
    description: >-
      The inputs of the role P(stratum.platform.grafana#role) without their prefix;
      C(own_dashboards) holds the role's, by the names of their files.
    type: dict
    required: true
  given:
    description: Folder that the program finds the files in.
    type: str
    required: true
  secrets:
    description: Folder that the program finds the secrets in.
    type: str
    required: true
"""

EXAMPLES = """
- ansible.builtin.debug:
    msg: "{{ (inputs | stratum.platform.grafana_provisioning('/etc/a', '/run/a')).files }}"
"""

RETURN = """
_value:
  description: C(problems), C(files), C(secrets) and C(egress).
  type: dict
"""


class FilterModule:
    """Ansible's entry."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"grafana_provisioning": _provisioning}


def _provisioning(inputs: Mapping[str, Any], given: str, secrets: str) -> dict[str, Any]:
    return provisioning(inputs, Folders(given, secrets))
