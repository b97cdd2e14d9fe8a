"""The filter that tells roles where the parts of an instance lie."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from ansible_collections.stratum.platform.plugins.module_utils.host import places

DOCUMENTATION = """
name: places
short_description: Where the parts of an instance lie on its machine
version_added: 1.1.0
author: Stratum maintainers (@stratum-platform)
description:
  - Gives a map of C(config), C(secrets), C(credentials), C(data), C(log), C(home),
    C(programs) and C(account).
positional: manager, folder, product
options:
  _input:
    description: Name of the instance.
    type: str
    required: true
  manager:
    description: The machine's service manager, or C(kubernetes) for a pod.
    type: str
    required: true
  folder:
    description: Folder of the instance in an embedded environment.
    type: str
    required: true
  product:
    description: Whose data it is.
    type: str
    required: true
"""

EXAMPLES = """
- ansible.builtin.debug:
    msg: "{{ ('collector@a' | stratum.platform.places('systemd', '', 'delivery')).data }}"
"""

RETURN = """
_value:
  description: The places by name.
  type: dict
"""


class FilterModule:
    """Ansible's entry."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"places": lambda *arguments: asdict(places.places(*map(str, arguments)))}
