"""A disk in memory that forgets, at a power loss, what was not synchronised.

File content and folder entries are remembered apart, as on a real disk: a file may survive without
its name, and a rename may be undone.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Inode:
    durable: bytes = b""
    content: bytes = b""


class PowerLossError(Exception):
    """The power went in the middle of something."""


@dataclass
class FaultyFiles:
    """`fail_sync`: a broken disk. `steps_left`: how many steps until the power goes."""

    steps_left: int | None = None
    entries: dict[Path, Inode] = field(default_factory=dict)
    durable_entries: dict[Path, Inode] = field(default_factory=dict)
    fail_sync: bool = False
    syncs: int = 0

    def make_folder(self, folder: Path) -> None:
        pass

    def names(self, folder: Path) -> list[str]:
        return sorted(path.name for path in self.entries if path.parent == folder)

    def size(self, path: Path) -> int:
        return len(self.entries[path].content)

    def read(self, path: Path) -> bytes:
        return self.entries[path].content

    def step(self) -> None:
        if self.steps_left is None:
            return
        if self.steps_left == 0:
            raise PowerLossError
        self.steps_left -= 1

    def append(self, path: Path) -> FaultyHandle:
        self.step()
        return FaultyHandle(self, self.entries.setdefault(path, Inode()))

    def truncate(self, path: Path, size: int) -> None:
        self.step()
        inode = self.entries[path]
        inode.content = inode.content[:size]

    def rename(self, old: Path, new: Path) -> None:
        self.step()
        self.entries[new] = self.entries.pop(old)

    def remove(self, path: Path) -> None:
        self.step()
        del self.entries[path]

    def sync_folder(self, folder: Path) -> None:
        self.step()
        kept = {p: i for p, i in self.durable_entries.items() if p.parent != folder}
        now = {p: i for p, i in self.entries.items() if p.parent == folder}
        self.durable_entries = {**kept, **now}

    def free_bytes(self, folder: Path) -> int:
        return 10**12

    def lose_power(self, chance: random.Random) -> None:
        """Of what was not synchronised, anything may be there: a part, nothing, or garbage."""
        self.steps_left = None
        changed = {
            path
            for path in self.entries.keys() | self.durable_entries.keys()
            if self.entries.get(path) is not self.durable_entries.get(path)
        }
        state = dict(self.durable_entries)
        for path in sorted(changed):
            if path in self.entries and chance.random() < 0.5:
                state[path] = self.entries[path]
        for inode in {id(inode): inode for inode in state.values()}.values():
            inode.content = inode.durable = _after_loss(inode, chance)
        self.entries, self.durable_entries = dict(state), dict(state)


@dataclass
class FaultyHandle:
    files: FaultyFiles
    inode: Inode

    def write(self, data: bytes) -> None:
        self.files.step()
        self.inode.content += data

    def sync(self) -> None:
        self.files.step()
        if self.files.fail_sync:
            raise OSError(5, "Input/output error")
        self.files.syncs += 1
        self.inode.durable = self.inode.content

    def close(self) -> None:
        pass


def _after_loss(inode: Inode, chance: random.Random) -> bytes:
    if not inode.content.startswith(inode.durable):
        return inode.durable
    tail = inode.content[len(inode.durable) :]
    kept = tail[: chance.randint(0, len(tail))]
    if kept and chance.random() < 0.5:
        hole = chance.randrange(len(kept))
        kept = kept[:hole] + bytes(len(kept) - hole)
    return inode.durable + kept
