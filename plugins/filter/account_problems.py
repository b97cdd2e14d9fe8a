"""The filter by which a role finds what is wrong with the accounts that it is given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.stratum.platform.plugins.module_utils.database.account import problems

DOCUMENTATION = """
name: account_problems
short_description: What is wrong with the accounts of a database server
version_added: 1.1.0
author: Stratum maintainers (@stratum-platform)
description:
  - Gives a sentence with its cure for each thing that is wrong, and never a password.
positional: databases
options:
  _input:
    description: Accounts as M(stratum.platform.mariadb) takes them.
    type: list
    elements: dict
    required: true
  databases:
    description: Names of the databases that they may have rights on.
    type: list
    elements: str
    required: true
"""

EXAMPLES = """
- ansible.builtin.assert:
    that: mysql_users | stratum.platform.account_problems(mysql_databases) | length == 0
"""

RETURN = """
_value:
  description: The sentences; none where all is right.
  type: list
  elements: str
"""


class FilterModule:
    """Ansible's entry."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"account_problems": problems}
