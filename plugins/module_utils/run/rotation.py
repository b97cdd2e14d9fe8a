"""Rotation of generated secrets: a new value, and the one before until all that use it have it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .inputs import secrets_of
from .journal import Journal
from .secret import drawn, secret_path
from .state import StateDirectory, write_whole
from .wait import GOOD


@dataclass(frozen=True)
class Rotation:
    """One secret of an environment, and the instances that use it."""

    state: StateDirectory
    component: str
    key: str
    users: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.component}.{self.key}"

    @property
    def path(self) -> Path:
        return secret_path(self.state, self.component, self.key)

    @property
    def before(self) -> Path:
        """Where the value before is kept; purging finds it beside the other."""
        return self.path.with_name(f"{self.path.name}.previous")

    @property
    def pending(self) -> bool:
        """Whether somebody may still have the value before."""
        return bool(_value(self.before)) and _value(self.before) != _value(self.path)

    def why_not_new(self) -> str:
        """What keeps it from being rotated, in a sentence; empty where nothing does."""
        if _value(self.path):
            return ""
        return f"{self.name} has no value yet: the next installation of what uses it makes one"

    def why_not_back(self) -> str:
        """What keeps the value before from coming back; empty where nothing does."""
        if _value(self.before):
            return ""
        return f"{self.name} has no value before: its last rotation succeeded, or there was none"

    def draw(self, length: int, prefix: str) -> bool:
        """Make a new value, unless one is on its way; whether it was made."""
        if self.pending and self.late():
            return False
        # First the copy, so that a crash between the two loses nothing.
        write_whole(self.before, _value(self.path))
        write_whole(self.path, drawn(length, prefix))
        return True

    def go_back(self) -> None:
        """Let the value before take the place of the new one, which stays until all have it."""
        new, old = _value(self.path), _value(self.before)
        write_whole(self.path, old)
        write_whole(self.before, new)

    def settle(self) -> list[str]:
        """Forget the value before if all users work with the new one; else those that do not."""
        late = self.late() if self.pending else []
        if not late:
            self.before.unlink(missing_ok=True)
        return late

    def late(self) -> list[str]:
        """The users that have not ended well in any run since the value was drawn."""
        ended = _ended_well(self.state, self.before.stat().st_mtime)
        return [name for name in self.users if name not in ended]


def rotations(
    state: StateDirectory, instances: Sequence[Mapping[str, Any]], names: Iterable[str]
) -> list[Rotation]:
    """The rotation of each named secret, `component.key`."""
    used = {entry["name"]: set(secrets_of(entry["vars"])) for entry in instances}
    found = []
    for name in dict.fromkeys(names):
        component, _dot, key = name.partition(".")
        users = tuple(user for user, secrets in used.items() if (component, key) in secrets)
        found.append(Rotation(state, component, key, users))
    return found


def _ended_well(state: StateDirectory, since: float) -> set[str]:
    """The instances whose last end since then was a good one; check mode changes nothing."""
    last: dict[str, str] = {}
    for run in reversed(state.runs()):
        events = Journal(state.journal(run)).read(["run_started", "ended"])
        if not events or events[0]["time"] < since:
            break
        if not events[0]["check"]:
            last = {e["instance"]: e["state"] for e in events if e["event"] == "ended"} | last
    return {name for name, how in last.items() if how in GOOD}


def _value(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
