"""A bed: its machines, its network and its keys, as one folder that survives the command."""

from __future__ import annotations

import fcntl
import ipaddress
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from machines import base
from machines.errors import BedError, run
from machines.forwarding import Forwarding
from machines.keys import Keys
from machines.machine import Machine
from machines.network import Network

HOME = Path("/var/lib/stratum-machines")
TOOLS = {  # program: its Debian package
    "debootstrap": "debootstrap",
    "ip": "iproute2",
    "nft": "nftables",
    "ssh": "openssh-client",
    "systemd-nspawn": "systemd-container",
}
MOST_MACHINES = 8
BOOT_SECONDS = 90.0


class Bed:
    """All methods need root; `locked` keeps two commands on one bed apart."""

    def __init__(
        self, name: str, say: Callable[[str], None], subnet: str, home: Path = HOME
    ) -> None:
        self.name = name
        self.folder = home / name
        self.keys = Keys(self.folder / "ssh")
        self._say = say
        self._file = self.folder / "bed.json"
        self._forwarding = Forwarding(home)
        self._state: dict[str, Any] = {"subnet": subnet, "machines": {}}
        self._load()

    @property
    def network(self) -> Network:
        return Network(self.name, ipaddress.IPv4Network(self._state["subnet"]))

    def machines(self) -> list[Machine]:
        """In the order in which they were made."""
        return [self._machine(name) for name in self._state["machines"]]

    def up(
        self, names: Sequence[str], routed: bool, memory_bytes: int, containers: bool = False
    ) -> None:
        """Boot machines, made if they are not there; returns when each answers over SSH."""
        install_tools(self._say)
        for name in names:
            self._enter(name, routed, memory_bytes, containers)
        self.keys.write({machine.name: machine.address for machine in self.machines()})
        self._open_network()
        wanted = [self._machine(name) for name in names]
        for machine in wanted:
            if not machine.running:
                machine.folder.mkdir(parents=True, exist_ok=True)
                made_from = base.Base.of(machine.containers)
                tarball = base.tarball(made_from, base.cache_folder(), self._say)
                machine.prepare(tarball, self.keys)
                machine.boot()
        for machine in wanted:
            self._wait(machine)
            self._say(f"{machine.name} is up at {machine.address}")

    def down(self, names: Sequence[str]) -> None:
        """End machines and delete them; with the last one the bed itself goes."""
        for machine in self.machines():
            if not names or machine.name in names:
                machine.kill()
                if machine.folder.exists():
                    machine.remove()
                del self._state["machines"][machine.name]
                self._save()
                self._say(f"{machine.name} is gone")
        if not self._state["machines"]:
            self.network.down()
            shutil.rmtree(self.folder, ignore_errors=True)
        self._forwarding.restore()

    def reboot(self, name: str) -> None:
        """As its operator would; returns when it answers as newly booted."""
        machine = self._known(name)
        before = self._boot_id(machine)
        self.ssh(machine, "sudo systemctl reboot", check=False)
        self._wait(machine, lambda: self._boot_id(machine) not in ("", before))
        self._say(f"{name} has rebooted")

    def ssh(self, machine: Machine, command: str, check: bool = True) -> str:
        """What a command on a machine prints."""
        return run(["ssh", "-F", str(self.keys.config), machine.name, command], check=check)

    @contextmanager
    def locked(self) -> Iterator[None]:
        self.folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        with (self.folder.parent / f"{self.name}.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self._load()
            yield

    def _load(self) -> None:
        subnet = self._state["subnet"]
        if self._file.exists():
            self._state = json.loads(self._file.read_text())
        if subnet != self._state["subnet"]:
            raise BedError(
                f"the bed {self.name} has the subnet {self._state['subnet']}, not {subnet}; "
                "give that one with --network, or run down first"
            )

    def _enter(self, name: str, routed: bool, memory_bytes: int, containers: bool) -> None:
        entries = self._state["machines"]
        if name in entries:
            return
        if len(entries) >= MOST_MACHINES:
            raise BedError(f"a bed has at most {MOST_MACHINES} machines: {', '.join(entries)}")
        taken = {entry["number"] for entry in entries.values()}
        number = next(number for number in range(MOST_MACHINES) if number not in taken)
        entries[name] = {
            "number": number,
            "routed": routed,
            "memory_bytes": memory_bytes,
            "containers": containers,
        }
        self._save()

    def _open_network(self) -> None:
        routed = [machine.address for machine in self.machines() if machine.routed]
        if routed:
            self._forwarding.allow()
        self.network.up(routed)

    def _wait(self, machine: Machine, ready: Callable[[], bool] | None = None) -> None:
        ready = ready or (lambda: bool(self._boot_id(machine)))
        end = time.monotonic() + BOOT_SECONDS
        while not ready():
            if not machine.running or time.monotonic() > end:
                raise BedError(
                    f"{machine.name} does not answer at {machine.address}; "
                    f"its console ends so:\n{machine.last_lines()}"
                )
            time.sleep(0.2)

    def _boot_id(self, machine: Machine) -> str:
        """Empty until it answers and all its services have been started."""
        command = (
            "systemctl is-system-running --wait >/dev/null; cat /proc/sys/kernel/random/boot_id"
        )
        return self.ssh(machine, command, check=False).strip()

    def _known(self, name: str) -> Machine:
        if name not in self._state["machines"]:
            known = ", ".join(self._state["machines"]) or "none"
            raise BedError(
                f"there is no machine {name!r} in the bed {self.name}; there is: {known}"
            )
        return self._machine(name)

    def _machine(self, name: str) -> Machine:
        entry = self._state["machines"][name]
        return Machine(
            name=name,
            folder=self.folder / "machines" / name,
            address=self.network.address(entry["number"]),
            network=self.network,
            routed=entry["routed"],
            memory_bytes=entry["memory_bytes"],
            containers=entry.get("containers", False),
        )

    def _save(self) -> None:
        partial = self._file.with_suffix(".partial")
        partial.write_text(json.dumps(self._state, indent=1))
        partial.replace(self._file)


def install_tools(say: Callable[[str], None]) -> None:
    """The host's Debian packages that are missing."""
    missing = sorted({package for tool, package in TOOLS.items() if not shutil.which(tool)})
    if not missing:
        return
    if not shutil.which("apt-get"):
        raise BedError(f"these programs are missing; install what has them: {', '.join(missing)}")
    say(f"installing {', '.join(missing)}")
    wait = ["-o", "DPkg::Lock::Timeout=600"]
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", *wait]
    run([*quiet, "update"])
    run([*quiet, "install", "-y", "--no-install-recommends", *missing])


def has_root() -> bool:
    return os.geteuid() == 0
