"""Writes an environment with one machine with systemd, and the files that SSH reaches it with.

    inventory.py FOLDER      # the key, the known hosts and the configuration of SSH go there

Reads ENVIRONMENT, RELEASE, HOST_IP, HOST_USER, SSH_PRIVATE_KEY and HOST_KNOWN_HOSTS, which
preflight.py has checked. The environment holds no secret, only the path of the key.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
VERSION = re.compile(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?")


def environment(values: Mapping[str, str], ssh_config: Path) -> dict[str, Any]:
    """The environment: everything listens on loopback, as nothing in front of it speaks TLS yet."""
    machine = {
        "address": values["HOST_IP"].strip(),
        "user": values["HOST_USER"].strip(),
        "service_manager": "systemd",
        "vars": {"ansible_become": True, "ansible_ssh_common_args": f"-F {ssh_config}"},
    }
    return {
        "plugin": "stratum.platform.product",
        "product": "delivery",
        "release": values["RELEASE"],
        "artifacts": "checkout",
        "machines": {"host": machine},
        "parameters": {"machine": "host", "viewer_access": "token"},
    }


def ssh_configuration(values: Mapping[str, str], folder: Path) -> str:
    """How the machine is reached; a key that is not known ends the connection."""
    lines = [
        "Host machine",
        f"  HostName {values['HOST_IP'].strip()}",
        f"  User {values['HOST_USER'].strip()}",
        "Host *",
        f"  IdentityFile {folder / 'key'}",
        "  IdentitiesOnly yes",
        f"  UserKnownHostsFile {folder / 'known_hosts'}",
        "  GlobalKnownHostsFile /dev/null",
        "  StrictHostKeyChecking yes",
        "  BatchMode yes",
        "  ConnectTimeout 15",
    ]
    return "\n".join(lines) + "\n"


def main(values: Mapping[str, str], folder: Path, project: Path) -> int:
    """Write the files."""
    for pattern, name in ((NAME, "ENVIRONMENT"), (VERSION, "RELEASE")):
        if not pattern.fullmatch(values[name]):
            print(f"::error::{name} is malformed: it must fit {pattern.pattern}")
            return 1
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    write(folder / "key", _text(values["SSH_PRIVATE_KEY"]))
    write(folder / "known_hosts", _text(values["HOST_KNOWN_HOSTS"]))
    write(folder / "config", ssh_configuration(values, folder))
    home = project / "inventories" / values["ENVIRONMENT"]
    home.mkdir(parents=True, exist_ok=True)
    # JSON is YAML in which nothing of a value can become structure.
    write(home / "product.yml", json.dumps(environment(values, folder / "config"), indent=2) + "\n")
    return 0


def write(path: Path, text: str) -> None:
    """A file that only this account reads, from its first byte on."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text, "utf-8")


def _text(value: str) -> str:
    return value.replace("\r\n", "\n").rstrip("\n") + "\n"


if __name__ == "__main__":
    sys.exit(main(os.environ, Path(sys.argv[1]), Path.cwd()))
