"""How much memory all that a process started holds together, looked at once a second."""

from __future__ import annotations

import threading
from collections import defaultdict
from pathlib import Path
from types import TracebackType

KIBIBYTE = 1024
PROCESSES = Path("/proc")


class TreeMemory:
    """The most that was seen, in bytes; memory that processes share counts once."""

    def __init__(self, root: int, every: float = 1.0) -> None:
        self.most = 0
        self._root = root
        self._every = every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> TreeMemory:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(self._every):
            self.most = max(self.most, sum(map(_share, _tree(self._root))))


def _tree(root: int) -> list[int]:
    children: dict[int, list[int]] = defaultdict(list)
    for folder in PROCESSES.iterdir():
        if folder.name.isdigit() and (parent := _parent(folder)) is not None:
            children[parent].append(int(folder.name))
    found = list(children[root])
    for process in found:  # grows while it is gone through
        found += children[process]
    return found


def _parent(folder: Path) -> int | None:
    try:
        fields = (folder / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:  # it has ended
        return None
    return int(fields.rpartition(")")[2].split()[1])


def _share(process: int) -> int:
    """Its proportional share: a page that n processes have counts as an n-th for each."""
    try:
        text = (PROCESSES / str(process) / "smaps_rollup").read_text(encoding="utf-8")
    except OSError:
        return 0
    found = [line.split()[1] for line in text.splitlines() if line.startswith("Pss:")]
    return int(found[0]) * KIBIBYTE if found else 0
