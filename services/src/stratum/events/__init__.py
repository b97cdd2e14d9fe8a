"""From a stored webhook to rows of the warehouse's tables: pure, no I/O.

`parse(envelope) -> Parsed`; `EventError` where an event cannot be read.
"""

from __future__ import annotations

from stratum.events.errors import EventError
from stratum.events.parse import parse
from stratum.events.rows import (
    ChangeRow,
    CommitRow,
    DeploymentRawRow,
    DeploymentRow,
    Envelope,
    IncidentRow,
    Parsed,
)

__all__ = [
    "ChangeRow",
    "CommitRow",
    "DeploymentRawRow",
    "DeploymentRow",
    "Envelope",
    "EventError",
    "IncidentRow",
    "Parsed",
    "parse",
]
