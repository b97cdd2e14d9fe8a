"""The answers about deployments and services (contracts §10)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

Kind = Literal["planned", "hotfix", "rollback"]
Result = Literal["success", "failure", "cancelled", "running"]


class Deployment(BaseModel):
    """One deployment and what is said of it; docs/metrics.md defines the words."""

    key: str
    source: str
    service: str
    environment: str
    id: str
    repository: str
    commit: str
    ref: str
    release: str
    kind: str = Field(description="`planned`, `hotfix` or `rollback`")
    result: str = Field(description="`success`, `failure`, `cancelled` or `running`")
    failed: bool
    failed_because: str | None
    rework: bool
    baseline: bool
    started_at: datetime
    finished_at: datetime | None
    duration_seconds: float | None
    recovered_at: datetime | None
    repaired_by: str | None
    commits: int
    lead_time_seconds: float | None = Field(description="The median of its commits.")
    actor: str
    url: str
    sample: bool


class DeploymentPage(BaseModel):
    """`next` is the cursor of the following page; null on the last one."""

    items: list[Deployment]
    next: str | None
    total: int


class Commit(BaseModel):
    sha: str
    message: str
    author: str
    authored_at: datetime
    lead_time_seconds: float | None
    url: str


class Change(BaseModel):
    number: int
    title: str
    author: str
    created_at: datetime
    merged_at: datetime | None
    url: str


class Incident(BaseModel):
    """`link_method`: `explicit` where the incident names the deployment, else `nearest`."""

    id: str
    title: str
    state: str
    opened_at: datetime
    resolved_at: datetime | None
    url: str
    link_method: str


class Event(BaseModel):
    """The delivery as it was received."""

    id: str
    source: str
    kind: str
    received_at: datetime
    headers: dict[str, str]
    body: str


class DeploymentDetail(Deployment):
    """`event` is null where the raw event has outlived its keeping."""

    commit_list: list[Commit]
    changes: list[Change]
    incidents: list[Incident]
    event: Event | None


class Service(BaseModel):
    name: str
    environments: list[str]
    deployments: int
    last_deployment_at: datetime


class Services(BaseModel):
    services: list[Service]
