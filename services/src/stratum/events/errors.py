"""The one error of this room: an event that cannot be read."""

from __future__ import annotations

from typing import ClassVar

from stratum.errors import StratumError


class EventError(StratumError):
    """Says which field of which event could not be read and what was expected there."""

    code: ClassVar[str] = "unreadable_event"

    def __init__(self, event: str, path: str, expected: str) -> None:
        super().__init__(expected, where=f"{event}: {path}")
        self.event = event
        self.path = path
