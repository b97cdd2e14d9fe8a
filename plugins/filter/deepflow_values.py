"""The filter that makes the values of DeepFlow's charts out of a role's inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.stratum.platform.plugins.module_utils.deepflow.agent import agent_values
from ansible_collections.stratum.platform.plugins.module_utils.deepflow.server import server_values

DOCUMENTATION = """
name: deepflow_values
short_description: Makes the values of DeepFlow's charts out of a role's inputs
version_added: 1.1.0
author: Stratum maintainers (@stratum-platform)
description:
  - Gives a map of the C(values) and of the C(problems) with the inputs.
positional: chart
options:
  _input:
    description: >-
      The inputs of the role P(stratum.platform.deepflow#role) or
      P(stratum.platform.deepflow_agent#role), without their prefix.
    type: dict
    required: true
  chart:
    description: Which chart they are for.
    type: str
    choices: [deepflow, deepflow-agent]
    required: true
"""

EXAMPLES = """
- ansible.builtin.debug:
    msg: "{{ (inputs | stratum.platform.deepflow_values('deepflow-agent')).values }}"
"""

RETURN = """
_value:
  description: C(problems) and C(values).
  type: dict
"""


class FilterModule:
    """Ansible's entry."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"deepflow_values": _values}


def _values(inputs: Mapping[str, Any], chart: str) -> dict[str, Any]:
    composed = agent_values(inputs) if chart == "deepflow-agent" else server_values(inputs)
    return {"problems": list(composed.problems), "values": composed.values}
