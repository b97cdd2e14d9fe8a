"""A machine that nobody may touch: whoever tries is found unreachable."""

from __future__ import annotations

from typing import Any, NoReturn

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.connection import ConnectionBase

DOCUMENTATION = """
name: untouchable
short_description: A machine that nobody may touch
description: Fails as soon as a task wants anything of the machine.
author: Stratum maintainers (@stratum-platform)
options: {}
"""


class Connection(ConnectionBase):
    """Every way to the machine ends here."""

    transport = "untouchable"
    has_pipelining = True

    def _connect(self) -> NoReturn:
        raise AnsibleConnectionFailure("the machine was touched")

    def exec_command(self, cmd: str, in_data: Any = None, sudoable: bool = True) -> NoReturn:
        self._connect()

    def put_file(self, in_path: str, out_path: str) -> NoReturn:
        self._connect()

    def fetch_file(self, in_path: str, out_path: str) -> NoReturn:
        self._connect()

    def close(self) -> None:
        """Nothing was opened."""
