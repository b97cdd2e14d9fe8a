"""The control groups below which kubelet puts pods: one folder a controller, of version 1 or 2."""

from __future__ import annotations

import errno
import time
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
RELEASE_SECONDS = 10


def make(name: str) -> None:
    for hierarchy in _hierarchies():
        _delegate(hierarchy)
        group = hierarchy / name
        group.mkdir(exist_ok=True)
        for setting in ("cpuset.cpus", "cpuset.mems"):
            # Version 1 gives a new group no processors; nothing could run in it.
            if (hierarchy / setting).exists() and (group / setting).exists():
                (group / setting).write_text((hierarchy / setting).read_text())


def remove(name: str) -> None:
    for group in groups(name):
        for folder in sorted(group.rglob("*/"), key=lambda path: len(path.parts), reverse=True):
            _remove(folder)
        _remove(group)


def groups(name: str) -> list[Path]:
    return [hierarchy / name for hierarchy in _hierarchies() if (hierarchy / name).is_dir()]


def _remove(group: Path) -> None:
    """The kernel lets go of a group a moment after the last process in it has ended."""
    deadline = time.monotonic() + RELEASE_SECONDS
    while True:
        try:
            return group.rmdir()
        except OSError as error:
            if error.errno != errno.EBUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _hierarchies() -> list[Path]:
    if (ROOT / "cgroup.procs").exists():
        return [ROOT]
    candidates = [path for path in ROOT.iterdir() if path.is_dir() and not path.is_symlink()]
    return sorted(path for path in candidates if (path / "cgroup.procs").exists())


def _delegate(hierarchy: Path) -> None:
    """Version 2: let groups below use every controller there is."""
    control = hierarchy / "cgroup.subtree_control"
    if control.exists():
        for controller in (hierarchy / "cgroup.controllers").read_text().split():
            control.write_text(f"+{controller}")
