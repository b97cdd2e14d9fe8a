"""The filter that writes a log agent's configuration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.stratum.platform.plugins.module_utils.alloy.agent import configuration
from ansible_collections.stratum.platform.plugins.module_utils.alloy.reading import (
    TranslationError,
)

DOCUMENTATION = """
name: alloy
short_description: The configuration of Grafana Alloy as a log agent
version_added: 1.1.0
author: Stratum maintainers (@stratum-platform)
description:
  - Translates what the role P(stratum.platform.log_agent#role) is given, and with it the
    C(scrape_configs) of promtail, to the text of Alloy's configuration.
  - What cannot be translated is an error that names the key.
options:
  _input:
    description: The settings, as the role puts them together.
    type: dict
    required: true
"""

EXAMPLES = """
- ansible.builtin.debug:
    msg: "{{ __log_agent_settings | stratum.platform.alloy }}"
"""

RETURN = """
_value:
  description: The text of the configuration.
  type: str
"""


def alloy(settings: dict[str, Any]) -> str:
    try:
        return configuration(settings)
    except TranslationError as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """Ansible's entry."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"alloy": alloy}
