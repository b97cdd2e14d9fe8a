"""The filter that makes a bcrypt hash of a password, and keeps one that is right already."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.stratum.platform.plugins.module_utils.gateway.accounts import (
    PasswordError,
    hashed,
)

DOCUMENTATION = """
name: bcrypt_hash
short_description: The bcrypt hash of a password
version_added: 1.1.0
author: Stratum maintainers (@stratum-platform)
description:
  - Each hash has a salt of its own, so that a new one would be a change at every run; one that is
    known and right is kept.
  - Needs the Python package bcrypt on the controller.
positional: known, seed
options:
  _input:
    description: The password, of 1 to 72 bytes; bcrypt reads no more.
    type: str
    required: true
  known:
    description: A hash that may be one of this password.
    type: str
    default: ""
  seed:
    description:
      - Makes the hash always the same one, for who has no place to keep it. Of the password it may
        tell nothing, and each account needs another one.
    type: str
    default: ""
"""

EXAMPLES = """
- ansible.builtin.set_fact:
    hashed: "{{ password | stratum.platform.bcrypt_hash(hashed | default('')) }}"
  no_log: true

- ansible.builtin.set_fact:
    hashed: "{{ password | stratum.platform.bcrypt_hash(seed=inventory_hostname) }}"
  no_log: true
"""

RETURN = """
_value:
  description: The hash in the form that begins with C($2b$).
  type: str
"""


class FilterModule:
    """Ansible's entry."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"bcrypt_hash": bcrypt_hash}


def bcrypt_hash(password: str, known: str = "", seed: str = "") -> str:
    """The bcrypt hash of a password: `known` where it is one, else a new one."""
    try:
        return hashed(password, known, seed)
    except PasswordError as error:
        raise AnsibleFilterError(str(error)) from error
