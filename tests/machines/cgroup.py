"""A control group for each machine: it bounds the memory and names every process of the machine.

The group outlives a killed keeper, so that a crash leaves nothing that could not be found.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

HIERARCHY = Path("/sys/fs/cgroup")
# Version 1 has one tree for each kind; these are what a machine needs to be one.
KINDS = ("memory", "systemd", "unified")
# Containers in a machine make groups of their own in every tree.
KINDS_OF_CONTAINERS = (*KINDS, "blkio", "cpu", "cpuacct", "cpuset", "devices", "freezer", "pids")
FOLDER = "stratum-machines"


class Group:
    """The control group of one machine, with version 1 and 2 of the kernel's interface."""

    def __init__(
        self, name: str, hierarchy: Path = HIERARCHY, kinds: Sequence[str] = KINDS
    ) -> None:
        self.name = name
        self._unified = (hierarchy / "cgroup.controllers").exists()
        # In a tree without a group of its own a machine would share the groups of the others.
        trees = [hierarchy / kind for kind in kinds]
        tops = [hierarchy] if self._unified else [tree for tree in trees if tree.is_dir()]
        self.paths = [top / FOLDER / name for top in tops]

    def make(self, memory_bytes: int) -> None:
        """The group, with a bound where the kernel lets it be set."""
        for path in self.paths:
            path.mkdir(parents=True, exist_ok=True)
            for folder in (path.parent, path):
                _inherit_processors(folder)
        bound = "memory.max" if self._unified else "memory.limit_in_bytes"
        with contextlib.suppress(OSError):
            if self._unified:
                (self.paths[0].parent / "cgroup.subtree_control").write_text("+memory")
            (self.paths[0] / bound).write_text(str(memory_bytes))

    def join(self) -> None:
        """Put the calling process, and so all it will start, into the group."""
        for path in self.paths:
            (path / "cgroup.procs").write_text(str(os.getpid()))

    def processes(self) -> list[int]:
        """All processes of the machine, its keeper among them."""
        found: set[int] = set()
        for file in self.paths[0].rglob("cgroup.procs"):
            with contextlib.suppress(OSError):
                found |= {int(line) for line in file.read_text().split()}
        return sorted(found)

    def kill(self, seconds: float = 20.0) -> bool:
        """SIGKILL to each until none is left; whether that was so in time."""
        end = time.monotonic() + seconds
        while processes := self.processes():
            for pid in processes:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True

    def remove(self) -> None:
        """Forget the group, and with the last one the folder of all."""
        for path in self.paths:
            for folder in [*sorted(path.rglob("*/"), reverse=True), path, path.parent]:
                with contextlib.suppress(OSError):  # another machine's group may be beside it
                    folder.rmdir()


def _inherit_processors(folder: Path) -> None:
    """Version 1 gives a new group no processors; no process could join it."""
    for setting in ("cpuset.cpus", "cpuset.mems"):
        if (folder / setting).exists() and not (folder / setting).read_text().strip():
            (folder / setting).write_text((folder.parent / setting).read_text())
