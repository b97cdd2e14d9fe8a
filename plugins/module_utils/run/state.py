"""Where the state of an environment lies (docs/contracts.md §1): paths, and whole-file writes."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class StateDirectory:
    """The state directory of one environment; directories are made on first use, 0700."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def folder(self, *parts: str) -> Path:
        """A folder below the root, made if it is not there."""
        return private_folder(self.root.joinpath(*parts))

    @property
    def current(self) -> Path:
        return self.root / "current.json"

    @property
    def product(self) -> Path:
        return self.root / "product.json"

    @property
    def lock(self) -> Path:
        return self.folder() / "run.lock"

    def journal(self, run: str) -> Path:
        return self.folder("journal") / f"{run}.jsonl"

    def record(self, instance: str) -> Path:
        return self.root / "records" / f"{instance}.json"

    def instances(self) -> list[str]:
        """All instances that have a record, or had one."""
        folder = self.root / "records"
        found = [*folder.glob("*.json"), *(folder / "history").glob("*.jsonl")]
        return sorted({path.stem for path in found})

    def runs(self) -> list[str]:
        """The ids of all runs that left a journal, oldest first."""
        return sorted(path.stem for path in (self.root / "journal").glob("*.jsonl"))


def private_folder(path: Path) -> Path:
    """Make a folder and those above it, each 0700; one that is there stays as it is."""
    if not path.is_dir():
        private_folder(path.parent)  # `parents=True` would leave the folders above open to others
        path.mkdir(mode=0o700, exist_ok=True)
    return path


def write_whole(path: Path, text: str, mode: int = 0o600) -> None:
    """Replace a file in one step, so that a reader or a crash never sees half of it."""
    with _written(path, text, mode) as temporary:
        temporary.replace(path)


def write_first(path: Path, text: str, mode: int = 0o600) -> bool:
    """Make a file in one step unless it is there; whether this call made it."""
    with _written(path, text, mode) as temporary:
        try:
            path.hardlink_to(temporary)
        except FileExistsError:
            return False
        return True


@contextmanager
def _written(path: Path, text: str, mode: int) -> Iterator[Path]:
    """The text in a file beside `path`, safely on disk; gone afterwards unless it was moved."""
    descriptor, name = tempfile.mkstemp(dir=private_folder(path.parent), prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), mode)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def read_json(path: Path) -> Any:  # noqa: ANN401  (JSON is any value)
    """The value in a JSON file, or None where the file is not there."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
