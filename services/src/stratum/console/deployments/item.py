"""From a row of the warehouse to a deployment as the API tells it."""

from __future__ import annotations

from stratum.console.deployments.models import Deployment
from stratum.console.rows import DeploymentRow


def item_of(row: DeploymentRow) -> Deployment:
    return Deployment(
        key=row.key,
        source=row.source,
        service=row.service,
        environment=row.environment,
        id=row.id,
        repository=row.repository,
        commit=row.commit,
        ref=row.ref,
        release=row.release,
        kind=row.kind,
        result=row.result,
        failed=bool(row.failed_code),
        failed_because=failed_because(row),
        rework=bool(row.rework),
        baseline=bool(row.baseline),
        started_at=row.started_at,
        finished_at=row.finished_at,
        duration_seconds=_duration(row),
        recovered_at=row.recovered_at,
        repaired_by=row.repaired_by or None,
        commits=row.commits,
        lead_time_seconds=row.lead_seconds,
        actor=row.actor,
        url=row.url,
        sample=row.sample,
    )


def _duration(row: DeploymentRow) -> float | None:
    """Unknown where both ends are one moment: the sender told only the end (GitLab)."""
    if row.finished_at is None or row.finished_at == row.started_at:
        return None
    return (row.finished_at - row.started_at).total_seconds()


def failed_because(row: DeploymentRow) -> str | None:
    """Why it counts as failed, in the order in which docs/metrics.md asks."""
    if row.failed_code == "result":
        return "it ended in failure"
    if row.failed_code == "rollback":
        return "the next deployment rolled it back"
    if row.failed_code == "incident":
        _, name, method = row.incidents[0]
        more = len(row.incidents) - 1
        others = f" and {more} more" if more else ""
        return f"incident {name}{others} ({method})"
    return None
