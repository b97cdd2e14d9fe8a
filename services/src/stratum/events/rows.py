"""The envelope that comes in and the table rows that go out; field names are column names.

Times are aware UTC datetimes: `msgspec.json.encode` writes them as RFC 3339 with microseconds, so
ClickHouse must read JSONEachRow with `date_time_input_format=best_effort`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

DeploymentKind = Literal["planned", "hotfix", "rollback"]
DeploymentResult = Literal["success", "failure", "cancelled", "running"]
ChangeState = Literal["open", "merged", "closed"]
IncidentState = Literal["open", "resolved"]


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an `events` object (contracts §7)."""

    id: str
    source: str
    kind: str
    delivery: str
    received_at: datetime
    sample: bool = False
    headers: dict[str, str] = {}
    body: str


class DeploymentRawRow(msgspec.Struct, frozen=True, kw_only=True):
    """One notification about a deployment, as told: repeated and selective syncs included."""

    source: str
    app: str
    namespace: str
    cluster: str
    environment: str
    event_time: datetime
    received_time: datetime
    sync_status: str
    health_status: str
    revision: str
    duration_ms: int | None
    payload: str
    event_id: str
    sample: bool


class DeploymentRow(msgspec.Struct, frozen=True, kw_only=True):
    """The state of one deployment; the row with the highest `version` wins."""

    source: str
    service: str
    environment: str
    id: str
    repository: str
    commit: str
    ref: str
    release: str
    kind: DeploymentKind
    result: DeploymentResult
    started_at: datetime
    finished_at: datetime | None
    url: str
    actor: str
    event_id: str
    sample: bool
    version: int


class CommitRow(msgspec.Struct, frozen=True, kw_only=True):
    """One commit of one branch; `parent` is empty where the push does not tell it."""

    repository: str
    branch: str
    sha: str
    parent: str
    position: int
    authored_at: datetime
    author: str
    message: str
    pushed_at: datetime
    url: str
    event_id: str
    sample: bool


class ChangeRow(msgspec.Struct, frozen=True, kw_only=True):
    """The state of one pull or merge request."""

    source: str
    repository: str
    number: int
    title: str
    author: str
    state: ChangeState
    created_at: datetime
    merged_at: datetime | None
    merge_commit: str
    head_sha: str
    base_branch: str
    labels: tuple[str, ...]
    url: str
    event_id: str
    sample: bool
    version: int


class IncidentRow(msgspec.Struct, frozen=True, kw_only=True):
    """The state of one incident; `deployment_ref` is the cause that its text names."""

    source: str
    id: str
    service: str
    environment: str
    title: str
    state: IncidentState
    opened_at: datetime
    resolved_at: datetime | None
    deployment_ref: str
    labels: tuple[str, ...]
    url: str
    event_id: str
    sample: bool
    version: int


class Parsed(msgspec.Struct, frozen=True, kw_only=True):
    """Every row one event yields; an event of no interest yields none."""

    deployments_raw: tuple[DeploymentRawRow, ...] = ()
    deployments: tuple[DeploymentRow, ...] = ()
    commits: tuple[CommitRow, ...] = ()
    changes: tuple[ChangeRow, ...] = ()
    incidents: tuple[IncidentRow, ...] = ()
