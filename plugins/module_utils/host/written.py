"""Which files the installations of one program have written, so that none outlives its need.

The list lies beside the program. Only what is in it is ever removed.
"""

from __future__ import annotations

import stat
from collections.abc import Iterable
from pathlib import Path

from ..run.state import write_whole


class Written:
    """The list at `path`, a line a file; `save` false only tells what would be done."""

    def __init__(self, path: Path, save: bool = True) -> None:
        self._path = path
        self._save = save

    def begin(self, wanted: Iterable[str]) -> list[str]:
        """Enter files before they are written, so that those of a killed run are known as well.

        A file that is there already may be somebody else's until `finish`. Gives the new ones.
        """
        known = self._known()
        new = sorted({name for name in wanted if name not in known and not _is_there(name)})
        if new:
            self._write(known | set(new))
        return new

    def finish(self, wanted: Iterable[str]) -> list[str]:
        """Remove what was written before and is not wanted now, and enter all that is there.

        Gives the files that went.
        """
        known, keep = self._known(), set(wanted)
        gone = sorted(name for name in known - keep if _is_file(name))
        for name in gone if self._save else ():
            Path(name).unlink(missing_ok=True)
        there = {name for name in keep if _is_there(name)}
        if there != known:
            self._write(there)
        return gone

    def _known(self) -> set[str]:
        try:
            return set(self._path.read_text(encoding="utf-8").splitlines())
        except FileNotFoundError:
            return set()

    def _write(self, names: set[str]) -> None:
        if self._save:
            write_whole(self._path, "".join(f"{name}\n" for name in sorted(names)))


def _is_there(name: str) -> bool:
    return Path(name).is_symlink() or Path(name).exists()


def _is_file(name: str) -> bool:
    """Whether a file or link is there; what became a folder is not what was written."""
    try:
        return not stat.S_ISDIR(Path(name).lstat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
