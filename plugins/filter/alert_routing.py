"""The filter that makes Alertmanager's configuration out of a role's receivers and routes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.stratum.platform.plugins.module_utils.monitoring.receivers import Mail
from ansible_collections.stratum.platform.plugins.module_utils.monitoring.routing import routing

DOCUMENTATION = """
name: alert_routing
short_description: Makes Alertmanager's configuration out of receivers, routes and inhibitions
version_added: 1.1.0
author: Stratum maintainers (@stratum-platform)
description:
  - Gives a map of C(config), the C(files) and C(secrets) that it names, the C(egress) rules of a
    NetworkPolicy that lets it out, and the C(problems) with the input, as sentences.
positional: mail, config, secrets
options:
  _input:
    description: >-
      C(receiver), C(receivers), C(routes), C(inhibitions), C(group_by), C(group_wait),
      C(group_interval) and C(repeat_interval).
    type: dict
    required: true
  mail:
    description: >-
      C(host), C(sender), C(user), C(password), C(tls) and C(ca_certificate) of the mail server.
    type: dict
    required: true
  config:
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
    msg: "{{ (inputs | stratum.platform.alert_routing({}, '/etc/a', '/run/a')).config }}"
"""

RETURN = """
_value:
  description: >-
    C(problems), C(config), C(files) with C(name) and C(content), C(secrets) and C(egress).
  type: dict
"""


class FilterModule:
    """Ansible's entry."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"alert_routing": _alert_routing}


def _alert_routing(
    inputs: Mapping[str, Any], mail: Mapping[str, Any], config: str, secrets: str
) -> dict[str, Any]:
    return routing(inputs, Mail(**mail), config, secrets)
