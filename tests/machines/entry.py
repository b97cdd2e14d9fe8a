"""A test machine as the environments of products describe one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

HOME = Path("/var/lib/stratum-machines")


def ssh_config(bed: str) -> Path:
    """How the machines of a bed are reached."""
    return HOME / bed / "ssh" / "ssh_config"


def entry(bed: str, address: str, *, groups: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    """The machine of a bed at an address; `more` are variables of Ansible."""
    return {
        "address": address,
        "user": "admin",
        "service_manager": "systemd",
        "groups": list(groups),
        "vars": {
            "ansible_become": True,
            "ansible_python_interpreter": "/usr/bin/python3",
            "ansible_ssh_common_args": f"-F {ssh_config(bed)}",
            **more,
        },
    }
