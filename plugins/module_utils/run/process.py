"""What the kernel tells of processes (Linux, /proc); elsewhere only whether one is there."""

from __future__ import annotations

import os
from pathlib import Path

DEAD_STATES = "ZX"  # ended, but nobody has asked for its result yet


def started_at(pid: int) -> str:
    """When a process started, in clock ticks: tells two processes of one id apart.

    Empty where there is no such process, where it has ended, and where the kernel does not tell.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] in DEAD_STATES else fields[19]


def is_alive(pid: int, start: str) -> bool:
    """Whether the process that had id `pid` and started at `start` still lives."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return started_at(pid) == start


def children_of(pid: int) -> set[int]:
    """The ids of a process's living children."""
    found: set[int] = set()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found.update(int(child) for child in task.read_text(encoding="ascii").split())
        except OSError:
            continue
    return {child for child in found if started_at(child)}


def tree_of(pid: int) -> set[int]:
    """A process and all that descend from it."""
    return {pid}.union(*(tree_of(child) for child in children_of(pid)))
