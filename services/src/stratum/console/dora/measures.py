"""Each metric as a reading of one bucket of the warehouse's answer: value, n, or why none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from stratum.console.rows import BucketRow

Unit = Literal["per_day", "seconds", "ratio"]
Statistic = Literal["mean", "median", "share"]

NO_DEPLOYMENTS = "No deployments were recorded in this window."
NONE_FINISHED = "No deployment ended in this window."


@dataclass(frozen=True)
class Reading:
    """`value` is None exactly where `reason` is a sentence."""

    value: float | None
    n: int
    p90: float | None = None
    numerator: int | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Measure:
    """`excluded` names what a bucket holds and `n` does not count, by code."""

    name: str
    unit: Unit
    statistic: Statistic
    read: Callable[[BucketRow, float], Reading]
    excluded: Callable[[BucketRow], dict[str, int]]


def frequency(bucket: BucketRow, days: float) -> Reading:
    """Successful deployments a day; none at all is no data, some but failed ones is zero."""
    if bucket.deployments == 0:
        return Reading(None, 0, reason=NO_DEPLOYMENTS)
    return Reading(bucket.successes / days, bucket.successes)


def lead_time(bucket: BucketRow, _days: float) -> Reading:
    if bucket.commits:
        return Reading(bucket.lead_median, bucket.commits, p90=bucket.lead_p90)
    if bucket.successes == 0:
        return Reading(None, 0, reason="No successful deployment ended in this window.")
    reason = "No deployment of this window could be linked to commits: see what was left out."
    return Reading(None, 0, reason=reason)


def fail_rate(bucket: BucketRow, _days: float) -> Reading:
    return _share(bucket, bucket.failed)


def rework_rate(bucket: BucketRow, _days: float) -> Reading:
    return _share(bucket, bucket.rework)


def recovery_time(bucket: BucketRow, _days: float) -> Reading:
    if bucket.recovered:
        return Reading(bucket.recovery_median, bucket.recovered, p90=bucket.recovery_p90)
    if bucket.finished == 0:
        return Reading(None, 0, reason=NONE_FINISHED)
    if bucket.failed == 0:
        return Reading(None, 0, reason="No deployment of this window failed.")
    return Reading(None, 0, reason="No failed deployment of this window has recovered yet.")


def _share(bucket: BucketRow, part: int) -> Reading:
    if bucket.finished == 0:
        return Reading(None, 0, numerator=0, reason=NONE_FINISHED)
    return Reading(part / bucket.finished, bucket.finished, numerator=part)


def _unfinished(bucket: BucketRow) -> dict[str, int]:
    return {"running": bucket.running, "cancelled": bucket.cancelled}


def _not_successful(bucket: BucketRow) -> dict[str, int]:
    return {"failure": bucket.failures, **_unfinished(bucket)}


def _without_lead_time(bucket: BucketRow) -> dict[str, int]:
    return {
        "baseline": bucket.baseline,
        "unknown_commit": bucket.unknown_commit,
        "ambiguous_commit": bucket.ambiguous_commit,
        "no_new_commits": bucket.no_new_commits,
        "negative_lead_time": bucket.lead_negative,
    }


def _without_recovery(bucket: BucketRow) -> dict[str, int]:
    return {
        "incident_open": bucket.incident_open,
        "not_recovered": bucket.not_recovered,
        "negative_recovery": bucket.recovery_negative,
    }


MEASURES = (
    Measure("deployment_frequency", "per_day", "mean", frequency, _not_successful),
    Measure("change_lead_time", "seconds", "median", lead_time, _without_lead_time),
    Measure("change_fail_rate", "ratio", "share", fail_rate, _unfinished),
    Measure(
        "failed_deployment_recovery_time", "seconds", "median", recovery_time, _without_recovery
    ),
    Measure("deployment_rework_rate", "ratio", "share", rework_rate, _unfinished),
)
