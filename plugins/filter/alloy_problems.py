"""The filter that says what of a log agent's settings cannot be translated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.stratum.platform.plugins.module_utils.alloy.agent import configuration
from ansible_collections.stratum.platform.plugins.module_utils.alloy.reading import (
    TranslationError,
)

DOCUMENTATION = """
name: alloy_problems
short_description: What of a log agent's settings Grafana Alloy has no word for
version_added: 1.1.0
author: Stratum maintainers (@stratum-platform)
description:
  - Gives all problems that the filter P(stratum.platform.alloy#filter) would stop at, each with its
    place and its cure; none where the settings are sound.
options:
  _input:
    description: The settings, as the role P(stratum.platform.log_agent#role) puts them together.
    type: dict
    required: true
"""

EXAMPLES = """
- ansible.builtin.assert:
    that: (__log_agent_settings | stratum.platform.alloy_problems) | length == 0
"""

RETURN = """
_value:
  description: A sentence a problem.
  type: list
  elements: str
"""


def alloy_problems(settings: dict[str, Any]) -> list[str]:
    try:
        configuration(settings)
    except TranslationError as error:
        return list(error.problems)
    return []


class FilterModule:
    """Ansible's entry."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"alloy_problems": alloy_problems}
