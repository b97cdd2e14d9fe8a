"""The filter that makes Prometheus' scrape configuration out of a role's scrape jobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.stratum.platform.plugins.module_utils.monitoring.scraping import (
    Folders,
    scraping,
)

DOCUMENTATION = """
name: scraping
short_description: Makes Prometheus' scrape_configs out of scrape jobs
version_added: 1.1.0
author: Stratum maintainers (@stratum-platform)
description:
  - Gives a map of C(configs), the C(files) and C(secrets) that they need, the C(egress) rules of a
    NetworkPolicy that lets them out, and the C(problems) with the input, as sentences.
positional: variable, config, secrets, taken
options:
  _input:
    description: List of scrape jobs.
    type: list
    elements: dict
    required: true
  variable:
    description: Name of the input, for messages.
    type: str
    required: true
  config:
    description: Folder that the program finds the files in.
    type: str
    required: true
  secrets:
    description: Folder that the program finds the secrets in.
    type: str
    required: true
  taken:
    description: Names of jobs that the role has of its own.
    type: list
    elements: str
    default: []
"""

EXAMPLES = """
- ansible.builtin.debug:
    msg: >-
      {{ ([{'name': 'node', 'urls': ['http://127.0.0.1:9100']}]
          | stratum.platform.scraping('jobs', '/etc/a', '/run/a')).configs }}
"""

RETURN = """
_value:
  description: >-
    C(problems), C(configs), C(files) with C(name) and C(content), C(secrets) and C(egress).
  type: dict
"""


class FilterModule:
    """Ansible's entry."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"scraping": _scraping}


def _scraping(
    jobs: object, variable: str, config: str, secrets: str, taken: list[str] | None = None
) -> dict[str, Any]:
    return scraping(variable, jobs, Folders(config, secrets), taken or ())
