"""The filter that makes a bcrypt hash of a password, and keeps one that is right already."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

DOCUMENTATION = """
name: bcrypt_hash
short_description: The bcrypt hash of a password
version_added: 1.1.0
author: Stratum maintainers (@stratum-platform)
description:
  - Each hash has a salt of its own, so that a new one would be a change at every run; one that is
    known and right is kept.
  - Needs the Python package bcrypt on the controller.
positional: known
options:
  _input:
    description: The password, of 1 to 72 bytes; bcrypt reads no more.
    type: str
    required: true
  known:
    description: A hash that may be one of this password.
    type: str
    default: ""
"""

EXAMPLES = """
- ansible.builtin.set_fact:
    hashed: "{{ password | stratum.platform.bcrypt_hash(hashed | default('')) }}"
  no_log: true
"""

RETURN = """
_value:
  description: The hash in the form that begins with C($2b$).
  type: str
"""

COST = 10  # what a wrong password costs the one that asks: about 50 ms
LONGEST = 72


class FilterModule:
    """Ansible's entry."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"bcrypt_hash": bcrypt_hash}


def bcrypt_hash(password: str, known: str = "") -> str:
    """The bcrypt hash of a password: `known` where it is one, else a new one."""
    try:
        import bcrypt
    except ImportError as missing:
        raise AnsibleFilterError(
            "the controller has no bcrypt: pip install -r requirements/controller.txt"
        ) from missing
    secret = password.encode()
    if not 0 < len(secret) <= LONGEST:
        raise AnsibleFilterError(
            f"the password has {len(secret)} bytes, and bcrypt takes 1 to {LONGEST}: give another"
        )
    try:
        if bcrypt.checkpw(secret, known.encode()):
            return known
    except ValueError:
        pass  # what is known is no hash at all
    return bcrypt.hashpw(secret, bcrypt.gensalt(COST)).decode()
