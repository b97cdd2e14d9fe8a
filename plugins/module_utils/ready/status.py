"""One status model for everything that can be waited for, each status with its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class State(Enum):
    """The seven states of DESIGN §4.6."""

    WAITING = "Waiting"
    IN_PROGRESS = "InProgress"
    CURRENT = "Current"
    FAILED = "Failed"
    TERMINATING = "Terminating"
    NOT_FOUND = "NotFound"
    UNKNOWN = "Unknown"


@dataclass(frozen=True)
class Status:
    """What a probe saw: the state, a sentence with the numbers, and lines that show it."""

    state: State
    sentence: str
    evidence: tuple[str, ...] = ()

    @property
    def current(self) -> bool:
        """Whether it is as it should be."""
        return self.state is State.CURRENT
