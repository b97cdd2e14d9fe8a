"""The answer of `GET /api/metrics/dora` (contracts §10)."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from stratum.console.dora.levels import Level
from stratum.console.dora.measures import Statistic, Unit


class WindowModel(BaseModel):
    """Half-open: `to` itself is not part of it."""

    start: datetime = Field(alias="from")
    end: datetime = Field(alias="to")
    days: float


class Excluded(BaseModel):
    """What was left out of a metric, and why."""

    code: str
    count: int
    text: str


class Previous(BaseModel):
    """The same metric in the window of the same length before."""

    value: float | None
    n: int
    level: Level | None
    reason: str | None


class TrendPoint(BaseModel):
    """The same metric in one week of the window; the last week may be shorter."""

    start: datetime = Field(alias="from")
    end: datetime = Field(alias="to")
    value: float | None
    n: int


class Metric(BaseModel):
    """`value` is null, with a sentence as `reason`, where there is no data."""

    value: float | None
    unit: Unit
    level: Level | None
    statistic: Statistic
    p90: float | None = Field(description="Of medians: nine in ten are not above it.")
    n: int = Field(description="How many deployments or commits the value stands for.")
    numerator: int | None = Field(description="Of ratios: how many of the n are meant.")
    reason: str | None
    excluded: list[Excluded]
    previous: Previous
    trend: list[TrendPoint]


class Metrics(BaseModel):
    deployment_frequency: Metric
    change_lead_time: Metric
    change_fail_rate: Metric
    failed_deployment_recovery_time: Metric
    deployment_rework_rate: Metric


class DoraAnswer(BaseModel):
    window: WindowModel
    service: str | None
    environment: str
    sample: bool
    metrics: Metrics
