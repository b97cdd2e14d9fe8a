"""The tables that objects are loaded into, and how each shows that it holds a load.

A table of facts keeps every row: its rows of one object can be counted. In a table of states a
newer row takes an older one's place, so the rows of an object may rightly be gone; there, each
identity must have the version that was loaded, or a newer one.
"""

from __future__ import annotations

from dataclasses import dataclass

LARGEST_POSITION = 2**64 - 1


@dataclass(frozen=True, slots=True)
class Target:
    """`identity` is empty for facts. `kept_by` is the time column of a table that forgets."""

    table: str
    identity: tuple[str, ...] = ()
    kept_by: str = ""


# Rows older than this are not loaded into a table that forgets after a year: a merge could remove
# them at any moment, and the count would not tell that from a loss.
KEPT_DAYS = 364

TARGETS = {
    target.table: target
    for target in (
        Target("events_raw"),
        Target("deployments_raw", kept_by="event_time"),
        Target("deployments", ("source", "service", "environment", "id")),
        Target("commits", ("repository", "branch", "sha")),
        Target("changes", ("source", "repository", "number")),
        Target("incidents", ("source", "id")),
        Target("points"),
        Target("rejected"),
    )
}
