"""The answers about the platform (contracts §10)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

InstanceState = Literal["ok", "failed", "unknown", "waiting", "working", "blocked", "not started"]


class TierModel(BaseModel):
    name: str
    instances: list[str]


class NeedModel(BaseModel):
    instance: str
    reasons: list[str]


class InstanceModel(BaseModel):
    """`state_text` says the state as a sentence."""

    name: str
    component: str
    tier: str
    machine: str | None
    driver: str
    version: str
    source: dict[str, Any]
    needs: list[NeedModel]
    after_tier: str | None
    state: InstanceState
    state_text: str
    revision: int | None
    installed_at: str | None
    ports: dict[str, int]
    outputs: dict[str, Any]


class BarModel(BaseModel):
    instance: str
    waiting_from: datetime | None
    started_at: datetime | None
    readiness_from: datetime | None
    ready_at: datetime | None
    ended_at: datetime | None
    state: str
    reason: str | None


class RunModel(BaseModel):
    id: str
    started_at: datetime
    ended_at: datetime | None
    check: bool
    at_work: bool
    states: dict[str, int]
    bars: list[BarModel]
    critical_path: list[str]
    barrier_cost_seconds: float | None
    barrier_text: str


class Platform(BaseModel):
    """`run` is the last run; null where nothing was recorded."""

    product: str
    release: str | None
    environment: str
    schedule: str | None
    tiers: list[TierModel]
    instances: list[InstanceModel]
    run: RunModel | None


class RunSummary(BaseModel):
    id: str
    started_at: datetime
    ended_at: datetime | None
    states: dict[str, int]


class Runs(BaseModel):
    """Newest first."""

    items: list[RunSummary]
