"""What the SQL files answer, one struct a file; field names are column names."""

from __future__ import annotations

from datetime import datetime

import msgspec


class DeploymentRow(msgspec.Struct, frozen=True):
    """`incidents`: opened at, id, how it was linked; in the order in which they opened."""

    key: str
    source: str
    service: str
    environment: str
    id: str
    repository: str
    commit: str
    ref: str
    release: str
    kind: str
    result: str
    baseline: int
    started_at: datetime
    finished_at: datetime | None
    at: datetime
    url: str
    actor: str
    link_state: str
    incidents: list[tuple[datetime, str, str]]
    failed_code: str
    rework: int
    recovery_state: str
    recovered_at: datetime | None
    repaired_by: str
    sample: bool
    commits: int
    lead_seconds: float | None
    total: int


class BucketRow(msgspec.Struct, frozen=True):
    """`bucket` is `current`, `previous`, or `week 0`, `week 1`, …"""

    bucket: str
    deployments: int = 0
    successes: int = 0
    failures: int = 0
    cancelled: int = 0
    running: int = 0
    failed: int = 0
    rework: int = 0
    recovered: int = 0
    incident_open: int = 0
    not_recovered: int = 0
    recovery_negative: int = 0
    baseline: int = 0
    unknown_commit: int = 0
    ambiguous_commit: int = 0
    no_new_commits: int = 0
    commits: int = 0
    lead_negative: int = 0
    lead_median: float | None = None
    lead_p90: float | None = None
    recovery_median: float | None = None
    recovery_p90: float | None = None
    sample: bool = False

    @property
    def finished(self) -> int:
        return self.successes + self.failures


class UnlinkedRow(msgspec.Struct, frozen=True):
    incidents: int
    sample: bool


class PlaceRow(msgspec.Struct, frozen=True):
    service: str
    environment: str


class CommitRow(msgspec.Struct, frozen=True):
    sha: str
    message: str
    author: str
    authored_at: datetime
    lead_seconds: float | None
    url: str


class ChangeRow(msgspec.Struct, frozen=True):
    number: int
    title: str
    author: str
    created_at: datetime
    merged_at: datetime | None
    url: str


class IncidentRow(msgspec.Struct, frozen=True):
    id: str
    title: str
    state: str
    opened_at: datetime
    resolved_at: datetime | None
    url: str
    link_method: str


class EventRow(msgspec.Struct, frozen=True):
    id: str
    source: str
    kind: str
    received_at: datetime
    headers: dict[str, str]
    body: str


class ServiceRow(msgspec.Struct, frozen=True):
    name: str
    environments: list[str]
    deployments: int
    last_deployment_at: datetime


class SampleRow(msgspec.Struct, frozen=True):
    sample: bool


class RecentRow(msgspec.Struct, frozen=True):
    key: str
    service: str
    environment: str
    version: int


class ChangedRow(msgspec.Struct, frozen=True):
    deployments: int
    versions: int
