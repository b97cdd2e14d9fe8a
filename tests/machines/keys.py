"""SSH of a bed: one key to log in with, a host key for each machine that is known beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from machines.errors import run

USER = "admin"


class Keys:
    """The folder of a bed's keys; nothing of the user's own SSH configuration is used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.identity = folder / "identity"
        self.known_hosts = folder / "known_hosts"
        self.config = folder / "ssh_config"

    def login(self) -> str:
        """The public key that may log in."""
        return self._key(self.identity)

    def host(self, name: str) -> tuple[str, str]:
        """The private and the public key of a machine."""
        path = self.folder / f"host_{name}"
        public = self._key(path)
        return path.read_text(), public

    def write(self, machines: Mapping[str, str]) -> None:
        """`known_hosts` and `ssh_config` for machines by name, with their addresses."""
        known = [f"{name},{address} {self.host(name)[1]}" for name, address in machines.items()]
        self.known_hosts.write_text("".join(f"{line}\n" for line in known))
        blocks = [f"Host {name}\n  HostName {address}\n" for name, address in machines.items()]
        every = " ".join(part for pair in machines.items() for part in pair) or "none"
        self.config.write_text(f"""{"".join(blocks)}Host {every}
  User {USER}
  IdentityFile {self.identity}
  IdentitiesOnly yes
  UserKnownHostsFile {self.known_hosts}
  StrictHostKeyChecking yes
  PasswordAuthentication no
  ConnectTimeout 5
""")

    def _key(self, path: Path) -> str:
        if not path.exists():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", path.name, "-f", str(path)])
        return " ".join(path.with_name(f"{path.name}.pub").read_text().split()[:2])
