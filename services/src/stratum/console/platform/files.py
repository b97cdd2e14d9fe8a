"""The files of the state directory as typed structs; the missing and half-written are left out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

Content = TypeVar("Content", bound=msgspec.Struct)


class Need(msgspec.Struct, frozen=True):
    instance: str
    reasons: list[str] = []


class Instance(msgspec.Struct, frozen=True):
    """One entry of `product.json`, as far as the console shows it."""

    name: str
    component: str
    tier: str
    driver: str = ""
    version: str = ""
    machine: str | None = None
    source: dict[str, Any] = {}
    needs: list[Need] = []
    after_tier: str | None = None
    ports: dict[str, int] = {}


class Tier(msgspec.Struct, frozen=True):
    name: str
    instances: list[str]


class Product(msgspec.Struct, frozen=True):
    product: str
    release: str
    environment: str
    schedule: str = "tiers"
    tiers: list[Tier] = []
    instances: list[Instance] = []


class Record(msgspec.Struct, frozen=True):
    """What is installed now."""

    instance: str
    version: str
    revision: int
    result: str
    run: str
    ended_at: str
    source: dict[str, Any] = {}
    outputs: dict[str, Any] = {}


class Current(msgspec.Struct, frozen=True):
    """The run that is at work, and its main process."""

    run: str
    pid: int
    process: str = ""


class StateFiles:
    """The state directory of one environment."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def product(self) -> Product | None:
        return _decoded(self._root / "product.json", Product)

    def records(self) -> dict[str, Record]:
        found = (_decoded(path, Record) for path in sorted(self._root.glob("records/*.json")))
        return {record.instance: record for record in found if record is not None}

    def runs(self) -> list[str]:
        """The ids of all runs that left a journal, newest first."""
        return sorted((path.stem for path in self._root.glob("journal/*.jsonl")), reverse=True)

    def events(self, run: str) -> list[dict[str, Any]]:
        """The whole lines of a journal; a last line that is being written is not one yet."""
        return list(_lines(self._root / "journal" / f"{run}.jsonl"))

    def at_work(self) -> str | None:
        """The id of the run whose main process lives."""
        current = _decoded(self._root / "current.json", Current)
        return current.run if current and _alive(current) else None

    def fingerprint(self) -> tuple[tuple[str, int, int], ...]:
        """Differs after every change that an answer of ours could show."""
        watched = [self._root / "product.json", self._root / "current.json"]
        watched += sorted(self._root.glob("records/*.json"))
        watched += sorted(self._root.glob("journal/*.jsonl"))[-1:]
        return tuple(_mark(path) for path in watched)


def _decoded(path: Path, kind: type[Content]) -> Content | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError):
        return None


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        content = path.read_bytes()
    except OSError:
        return
    for line in content.split(b"\n")[:-1]:
        try:
            event = msgspec.json.decode(line, type=dict[str, Any])
        except msgspec.DecodeError:
            continue
        if "event" in event and "time" in event:
            yield event


def _alive(current: Current) -> bool:
    """A process id alone is no proof: it may have been given to another process since."""
    try:
        os.kill(current.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    try:
        stat = Path(f"/proc/{current.pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return True
    return not current.process or stat.rpartition(")")[2].split()[19] == current.process


def _mark(path: Path) -> tuple[str, int, int]:
    try:
        stat = path.stat()
    except OSError:
        return path.name, 0, 0
    return path.name, stat.st_mtime_ns, stat.st_size
