"""One machine: its root file system, its boot, its end."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from machines import base, containers
from machines.cgroup import KINDS, KINDS_OF_CONTAINERS, Group
from machines.errors import BedError, run
from machines.keys import USER, Keys
from machines.network import Network

# What a machine with a route out needs of the host: where packages come from, and whom to trust.
OF_THE_HOST = ("etc/resolv.conf", "etc/ssl/certs/ca-certificates.crt")


@dataclass(frozen=True)
class Machine:
    """A machine of a bed.

    Args:
        routed: whether it reaches more than its own network.
        containers: whether containers can run in it.
    """

    name: str
    folder: Path
    address: str
    network: Network
    routed: bool
    memory_bytes: int
    containers: bool = False

    @property
    def root(self) -> Path:
        return self.folder / "root"

    @property
    def console(self) -> Path:
        return self.folder / "console.log"

    @property
    def group(self) -> Group:
        return Group(f"{self.network.bed}-{self.name}", kinds=self._kinds)

    @property
    def _kinds(self) -> tuple[str, ...]:
        return KINDS_OF_CONTAINERS if self.containers else KINDS

    @property
    def running(self) -> bool:
        return bool(self.group.processes())

    def prepare(self, tarball: Path, keys: Keys) -> None:
        """A root file system with address, key and account; one that is there stays."""
        if not self.root.exists():
            base.unpack(tarball, self.root)
        self._write("etc/hostname", f"{self.name}\n")
        self._write("etc/hosts", f"127.0.0.1 localhost\n{self.address} {self.name}\n")
        private, public = keys.host(self.name)
        self._write("etc/ssh/ssh_host_ed25519_key", private, 0o600)
        self._write("etc/ssh/ssh_host_ed25519_key.pub", f"{public}\n")
        self._enable("address.service", self._address_unit())
        if self.containers:
            self._write(containers.SCRIPT_PATH, containers.SCRIPT, 0o755)
            self._enable("containers.service", containers.UNIT)
            # What is tested brings its own; Debian's would run beside it.
            masked = self.root / "etc/systemd/system/containerd.service"
            masked.unlink(missing_ok=True)
            masked.symlink_to("/dev/null")
        self._make_account(keys.login())
        if self.routed:
            self._give_packages()

    @property
    def link(self) -> str:
        """The host's end of its network, as systemd-nspawn names it."""
        return f"vb-{self.network.bed}-{self.name}"

    def boot(self) -> None:
        """Start it in the background; it answers a few seconds later."""
        self._unlink()
        self.group.make(self.memory_bytes)
        plan = {"group": self.group.name, "kinds": self._kinds, "command": self._command()}
        (self.folder / "keeper.json").write_text(json.dumps(plan))
        with self.console.open("ab") as console:
            subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("keeper.py")), str(self.folder)],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> None:
        """End it at once: what it held is deleted with it.

        Raises:
            BedError: processes of it are left.
        """
        group = self.group
        if not group.kill():
            raise BedError(f"processes of {self.name} do not end: {group.processes()}")
        group.remove()
        self._unlink()

    def remove(self) -> None:
        """Delete its files; whatever is still mounted below them is unmounted first."""
        for line in reversed(Path("/proc/self/mountinfo").read_text().splitlines()):
            mounted = line.split()[4]
            if Path(mounted).is_relative_to(self.folder):
                run(["umount", "--lazy", mounted])
        shutil.rmtree(self.folder)

    def last_lines(self, count: int = 15) -> str:
        """The end of its console, as evidence."""
        try:
            return "\n".join(self.console.read_text(errors="replace").splitlines()[-count:])
        except OSError:
            return ""

    def _unlink(self) -> None:
        """The kernel may keep the network of a killed machine a while; it would be in the way."""
        run(["ip", "link", "delete", self.link], check=False)

    def _command(self) -> list[str]:
        return [
            *(containers.ENVIRONMENT if self.containers else ()),
            "systemd-nspawn",
            *(containers.OPTIONS if self.containers else ()),
            "--quiet",
            f"--directory={self.root}",
            f"--machine={self.network.bed}-{self.name}",
            f"--hostname={self.name}",
            "--boot",
            "--register=no",
            "--keep-unit",
            f"--network-bridge={self.network.bridge}",
            "--resolv-conf=off",
            "--timezone=off",
            "--link-journal=no",
        ]

    def _address_unit(self) -> str:
        """Its address is its own business, so that it has it after a reboot too."""
        route = f"ExecStart=ip route replace default via {self.network.gateway}\n"
        return f"""[Unit]
Description=The machine's address
DefaultDependencies=no
Before=network.target ssh.service
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=ip address replace {self.address}/{self.network.subnet.prefixlen} dev host0
ExecStart=ip link set host0 up
{route if self.routed else ""}[Install]
WantedBy=multi-user.target
"""

    def _enable(self, name: str, unit: str) -> None:
        self._write(f"etc/systemd/system/{name}", unit)
        wanted = self.root / "etc/systemd/system/multi-user.target.wants" / name
        wanted.unlink(missing_ok=True)
        wanted.symlink_to(f"/etc/systemd/system/{name}")

    def _make_account(self, public_key: str) -> None:
        home = self.root / "home" / USER
        if not home.exists():
            add = ["useradd", "--create-home", "--shell=/bin/bash", USER]
            run(["chroot", str(self.root), *add])
        self._write(f"etc/sudoers.d/{USER}", f"{USER} ALL=(ALL) NOPASSWD: ALL\n", 0o440)
        self._write(f"home/{USER}/.ssh/authorized_keys", f"{public_key}\n", 0o600)
        owner = home.stat()
        for path in (home / ".ssh", home / ".ssh/authorized_keys"):
            os.chown(path, owner.st_uid, owner.st_gid)
        (home / ".ssh").chmod(0o700)

    def _give_packages(self) -> None:
        for name in OF_THE_HOST:
            if Path("/", name).exists():
                self._write(name, Path("/", name).read_text())
        sources = Path("/etc/apt/sources.list.d/debian.sources")
        if sources.exists():
            (self.root / "etc/apt/sources.list").unlink(missing_ok=True)
            self._write("etc/apt/sources.list.d/debian.sources", sources.read_text())

    def _write(self, name: str, text: str, mode: int = 0o644) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)  # the copy of a link would write through it
        path.write_text(text)
        path.chmod(mode)
