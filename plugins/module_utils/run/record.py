"""Records: what is installed now, one a instance, and what was before (docs/contracts.md §4)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from .state import StateDirectory, read_json, write_whole

HISTORY_KEPT = 50


@dataclass(frozen=True)
class Record:
    """What the last work on an instance left behind. Times are ISO 8601 in UTC."""

    instance: str
    component: str
    product: str
    release: str
    environment: str
    tier: str
    driver: str
    version: str
    revision: int
    input_digest: str
    result: str
    run: str
    started_at: str
    ended_at: str
    duration_seconds: float
    machine: str | None = None
    source: dict[str, Any] = field(default_factory=dict)
    files: list[dict[str, Any]] = field(default_factory=list)
    images: list[Any] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)
    probes: list[dict[str, Any]] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    ports: dict[str, int] | None = None
    actor: str = ""

    def has_ports(self, ports: Mapping[str, int]) -> bool:
        """Whether it was installed with these; a record of an older Stratum does not tell."""
        return self.ports is None or self.ports == ports


def read(state: StateDirectory, instance: str) -> Record | None:
    """The record of an instance, or None where it was never installed."""
    content = read_json(state.record(instance))
    return None if content is None else _of(content)


def write(state: StateDirectory, record: Record) -> None:
    """Make `record` the current one; the one before goes to the history."""
    before = read(state, record.instance)
    if before is not None and before != record:
        _keep(state, before)
    write_whole(state.record(record.instance), json.dumps(asdict(record), indent=1) + "\n")


def remove(state: StateDirectory, instance: str) -> None:
    """Forget that an instance is installed; its history stays."""
    before = read(state, instance)
    if before is not None:
        _keep(state, before)
        state.record(instance).unlink()


def history(state: StateDirectory, instance: str) -> list[Record]:
    """Earlier records, oldest first."""
    try:
        lines = _history_path(state, instance).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    return [_of(json.loads(line)) for line in lines]


def release_before(state: StateDirectory, product: str, release: str) -> str | None:
    """The release that was last installed before `release`; None where there was no other."""
    ended = [
        (entry.ended_at, entry.release)
        for instance in state.instances()
        for entry in [*history(state, instance), read(state, instance)]
        if entry is not None and entry.result == "ok"
        if entry.product == product and entry.release != release
    ]
    return max(ended)[1] if ended else None


def _of(content: dict[str, Any]) -> Record:
    """Keys that only a later Stratum knows are left out."""
    known = {entry.name for entry in fields(Record)}
    return Record(**{key: value for key, value in content.items() if key in known})


def _keep(state: StateDirectory, record: Record) -> None:
    kept = [*history(state, record.instance), record][-HISTORY_KEPT:]
    text = "".join(json.dumps(asdict(entry)) + "\n" for entry in kept)
    write_whole(_history_path(state, record.instance), text)


def _history_path(state: StateDirectory, instance: str) -> Path:
    return state.root / "records" / "history" / f"{instance}.jsonl"
