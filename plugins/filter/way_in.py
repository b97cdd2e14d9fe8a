"""The filter that makes the objects of a way into a cluster out of a role's inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from ansible_collections.stratum.platform.plugins.module_utils.entrance.objects import Target, Tls
from ansible_collections.stratum.platform.plugins.module_utils.entrance.way import way_in

DOCUMENTATION = """
name: way_in
short_description: Makes an Ingress or a route of the Gateway API
version_added: 1.1.0
author: Stratum maintainers (@stratum-platform)
description:
  - Gives a map of the C(objects) that lead host names to a Service, of the C(annotations) that the
    Service needs for it, of the C(hosts), and of the C(problems) with the inputs, as sentences.
positional: role, name, namespace, port
options:
  _input:
    description: Map of C(ingress) and C(route), the role's inputs; empty ones are none.
    type: dict
    required: true
  role:
    description: Name of the role, for messages.
    type: str
    required: true
  name:
    description: Name of the Service, and of what is made.
    type: str
    required: true
  namespace:
    description: Namespace of the Service.
    type: str
    required: true
  port:
    description: Port of the Service.
    type: int
    required: true
  tls:
    description:
      - Given where the server itself speaks TLS, with C(server_name), C(authority), C(secret) and
        C(body_limit_mb).
    type: dict
    default: {}
"""

EXAMPLES = """
- ansible.builtin.debug:
    msg: >-
      {{ ({'ingress': {'host': 'console.example.org', 'class': 'traefik'}}
          | stratum.platform.way_in('console', 'console', 'delivery', 8088)).objects }}
"""

RETURN = """
_value:
  description: C(hosts), C(objects), C(annotations) and C(problems).
  type: dict
"""


def _way_in(
    inputs: Mapping[str, Any],
    role: str,
    name: str,
    namespace: str,
    port: int,
    tls: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Ansible's values are taken as plain ones: some are marked texts."""
    speaks = (
        Tls(
            str(tls["server_name"]),
            str(tls.get("authority", "")),
            str(tls.get("secret", "")),
            int(tls.get("body_limit_mb", 0)),
        )
        if tls
        else None
    )
    return asdict(way_in(role, inputs, Target(str(name), str(namespace), int(port), speaks)))


class FilterModule:
    """Ansible's entry."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"way_in": _way_in}
