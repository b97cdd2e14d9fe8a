"""The bed's machine: namespaces for network, processes and mounts, and the programs inside.

One process holds the namespaces. The kernel ends everything inside when that one ends.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from testbed import cgroups, network, processes
from testbed.errors import BedError
from testbed.layout import Layout
from testbed.processes import Process

HOLDER = "machine"
# Places with a fixed address which the node writes to: inside, they lie in the bed's own data.
MOUNT_POINTS = ("/var/lib/kubelet", "/run/containerd")
COVERED_FOLDERS = ("/var/log", *MOUNT_POINTS)
# kubelet insists on setting these for the whole machine: inside, they are plain files.
COVERED_SETTINGS = (
    "kernel/panic",
    "kernel/panic_on_oops",
    "kernel/keys/root_maxbytes",
    "kernel/keys/root_maxkeys",
    "vm/overcommit_memory",
    "vm/panic_on_oom",
)
BOOT_ID = "/proc/sys/kernel/random/boot_id"
_SETTLE_SECONDS = 20


class Machine:
    def __init__(self, layout: Layout) -> None:
        self.layout = layout

    @property
    def holder(self) -> Process | None:
        found = processes.load(self.layout.pids, HOLDER)
        return found if found is not None and found.alive else None

    def process(self, name: str) -> Process | None:
        found = processes.load(self.layout.pids, name)
        return found if found is not None and found.alive else None

    def boot(self, write_files: Callable[[], None]) -> None:
        """`write_files` is called when the folders are there and nothing runs yet."""
        layout = self.layout
        network.need_free(layout)
        for folder in (layout.pids, layout.logs, layout.secrets, layout.configuration):
            folder.mkdir(parents=True, exist_ok=True)
        layout.state.chmod(0o755)
        layout.secrets.chmod(0o700)
        write_files()
        network.make(layout)
        cgroups.make(layout.name)
        covers = json.dumps(self._covers())
        asked = ["--network", str(layout.network_namespace), "--covers", covers]
        log = layout.logs / f"{HOLDER}.log"
        log.unlink(missing_ok=True)
        self._launch(HOLDER, asked)
        deadline = time.monotonic() + _SETTLE_SECONDS
        while "ready" not in (log.read_text() if log.exists() else ""):
            if self.holder is None or time.monotonic() > deadline:
                raise BedError(f"The bed's namespaces could not be set up:\n{log.read_text()}")
            time.sleep(processes.POLL_SECONDS)

    @property
    def boot_id(self) -> str:
        """Another one after each boot."""
        return self._cover("boot_id").read_text().strip()

    def start(self, name: str, command: list[str]) -> None:
        holder = self.holder
        if holder is None:
            raise BedError("The bed is not up.", "Start it: make cluster-up")
        if self.process(name) is None:
            self._launch(name, ["--inside", str(holder.pid), "--", *command])

    def halt(self) -> None:
        """Cut its power: what it has on its disk stays, what it holds in memory is gone."""
        for process in [self.holder, *strays(self.layout)]:
            if process is not None:
                process.kill()
        cgroups.remove(self.layout.name)
        network.remove(self.layout)
        # On a machine these lie in memory, as all of /run.
        for folder in (self.layout.state / "containerd", self._cover("/run/containerd")):
            shutil.rmtree(folder, ignore_errors=True)

    def remove(self) -> None:
        """Leave nothing, whatever of it is there."""
        self.halt()
        for folder in (self.layout.state, self.layout.data):
            if folder.exists():
                shutil.rmtree(folder)
        if not any(Path("/run").glob(f"*/pids/{HOLDER}.json")):
            _remove_mount_points()

    def _covers(self) -> dict[str, str]:
        covers = {}
        for path in COVERED_FOLDERS:
            cover = self._cover(path)
            Path(path).mkdir(parents=True, exist_ok=True)
            cover.mkdir(parents=True, exist_ok=True)
            covers[path] = str(cover)
        for setting in COVERED_SETTINGS:
            original = Path("/proc/sys") / setting
            if original.exists():
                cover = self._cover(original.name)
                cover.write_text(original.read_text())
                covers[str(original)] = str(cover)
        # By this kubelet tells a boot from the one before.
        boot = self._cover("boot_id")
        boot.write_text(f"{uuid.uuid4()}\n")
        return {**covers, BOOT_ID: str(boot)}

    def _cover(self, path: str) -> Path:
        return self.layout.data / "covers" / path.strip("/").replace("/", "-")

    def _launch(self, name: str, arguments: list[str]) -> None:
        log = ["--log", str(self.layout.logs / f"{name}.log")]
        record = ["--record", str(self.layout.pids / f"{name}.json")]
        program = [sys.executable, "-I", str(Path(__file__).with_name("namespaces.py"))]
        done = subprocess.run(
            [*program, *log, *record, *arguments], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise BedError(f"{name} could not be started:\n{done.stderr.strip()}")


def _remove_mount_points() -> None:
    """Not while another bed is there: removing one would take the mount away from it."""
    for path in map(Path, MOUNT_POINTS):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def strays(layout: Layout) -> list[Process]:
    """Processes of a bed whose records are lost: they live in its network namespace and in
    process namespaces other than ours, so nobody's shell inside the network is meant."""
    if not layout.network_namespace.exists():
        return []
    network_id = layout.network_namespace.stat().st_ino
    own_processes = Path("/proc/self/ns/pid").stat().st_ino
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            inside = (folder / "ns" / "net").stat().st_ino == network_id
            foreign = (folder / "ns" / "pid").stat().st_ino != own_processes
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        if inside and foreign:
            found.append(Process.of(int(folder.name)))
    return found
