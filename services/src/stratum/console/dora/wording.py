"""The sentences about what a metric does not count; each code has one, for one and for many."""

from __future__ import annotations

EXCLUDED: dict[str, tuple[str, str]] = {
    "running": (
        "1 deployment is still running",
        "{n} deployments are still running",
    ),
    "cancelled": (
        "1 deployment was cancelled",
        "{n} deployments were cancelled",
    ),
    "failure": (
        "1 deployment ended in failure",
        "{n} deployments ended in failure",
    ),
    "baseline": (
        "1 deployment is the first of its service and environment, so it shows no lead time",
        "{n} deployments are the first of their service and environment, so they show no lead time",
    ),
    "unknown_commit": (
        "1 deployment has a commit not seen in any push",
        "{n} deployments have a commit not seen in any push",
    ),
    "ambiguous_commit": (
        "1 deployment has an abbreviated commit that fits several",
        "{n} deployments have an abbreviated commit that fits several",
    ),
    "no_new_commits": (
        "1 deployment brought no new commit",
        "{n} deployments brought no new commit",
    ),
    "negative_lead_time": (
        "1 commit has a time after its deployment",
        "{n} commits have a time after their deployment",
    ),
    "incident_open": (
        "1 failed deployment has an incident that is still open",
        "{n} failed deployments have an incident that is still open",
    ),
    "not_recovered": (
        "1 failed deployment has not been followed by a successful one",
        "{n} failed deployments have not been followed by a successful one",
    ),
    "negative_recovery": (
        "1 failed deployment has an incident resolved before the deployment ended",
        "{n} failed deployments have an incident resolved before the deployment ended",
    ),
    "unlinked_incident": (
        "1 incident could not be put down to any deployment",
        "{n} incidents could not be put down to any deployment",
    ),
}


def excluded_text(code: str, count: int) -> str:
    """What was left out, as a sentence without its full stop."""
    one, many = EXCLUDED[code]
    return one if count == 1 else many.format(n=count)
