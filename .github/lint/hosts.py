"""The test machines that the workflows install on, each reached by SSH as on GitHub."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NETWORK = "10.213.79"
# The end of the machines' network on this one.
GATEWAY = f"{NETWORK}.1"
BED = [sys.executable, "tests/machines/bed.py", "--bed=act", f"--network={NETWORK}.0/24"]


@dataclass(frozen=True)
class Host:
    """One test machine."""

    name: str
    address: str
    config: Path

    def run(self, command: str) -> None:
        """A command as root on it."""
        ssh = ["ssh", "-F", str(self.config), self.name, f"sudo {command}"]
        subprocess.run(ssh, check=True)

    def secrets(self, prefix: str = "") -> dict[str, str]:
        """The secrets that lead to it."""
        return {
            f"{prefix}HOST_IP": self.address,
            f"{prefix}HOST_USER": "admin",
            f"{prefix}HOST_KNOWN_HOSTS": self.config.with_name("known_hosts").read_text("utf-8"),
            f"{prefix}SSH_PRIVATE_KEY": self.config.with_name("identity").read_text("utf-8"),
        }


def stranger() -> str:
    """A private key that no machine lets in."""
    with tempfile.TemporaryDirectory() as folder:
        key = Path(folder, "key")
        keygen = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)]
        subprocess.run(keygen, check=True)
        return key.read_text("utf-8")


@contextmanager
def hosts(*names: str, options: Sequence[str] = ()) -> Iterator[list[Host]]:
    """New machines with systemd, gone afterwards."""
    subprocess.run([*BED, "up", *options, *names], cwd=ROOT, check=True)
    try:
        told = json.loads(subprocess.check_output([*BED, "status"], cwd=ROOT, text=True))
        config = Path(told["ssh_config"])
        yield [Host(name, told["machines"][name]["address"], config) for name in names]
    finally:
        subprocess.run([*BED, "down", *names], cwd=ROOT, check=False)
