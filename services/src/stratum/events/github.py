"""GitHub webhooks: pushes, pull requests, deployments and issues that are incidents.

`workflow_run`, `release` and every other event yield no rows: none of them is a deployment.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from stratum.events.github_bodies import (
    DeploymentEvent,
    DeploymentStatus,
    IssueEvent,
    PullRequestEvent,
    Push,
)
from stratum.events.incidents import deployment_ref, is_incident, named
from stratum.events.names import (
    deployment_kind,
    environment_name,
    release_name,
    repository_name,
)
from stratum.events.pushes import BRANCH, BranchPush, commit_times, not_after_receipt
from stratum.events.reading import event_name, read_body
from stratum.events.rows import (
    ChangeRow,
    DeploymentRawRow,
    DeploymentResult,
    DeploymentRow,
    Envelope,
    IncidentRow,
    Parsed,
)
from stratum.events.times import milliseconds, read_time, read_time_or_none, version_of

RESULTS: dict[str, DeploymentResult] = {
    "success": "success",
    "failure": "failure",
    "error": "failure",
    "pending": "running",
    "queued": "running",
    "waiting": "running",
    "in_progress": "running",
}


def parse(envelope: Envelope) -> Parsed:
    """Return the rows of one GitHub event."""
    parser = PARSERS.get(envelope.kind)
    return parser(envelope) if parser else Parsed()


def parse_push(envelope: Envelope) -> Parsed:
    """Commits of a branch, oldest first; tags and deleted branches have none."""
    push = read_body(envelope, Push)
    if push.deleted or not push.ref.startswith(BRANCH):
        return Parsed()
    times = commit_times(envelope, push.commits)
    told = push.repository.pushed_at
    pushed_at = read_time_or_none(event_name(envelope), "$.repository.pushed_at", told)
    return Parsed(
        commits=BranchPush(
            url=push.repository.html_url,
            ref=push.ref,
            commits=push.commits,
            times=times,
            # A new or forced branch does not continue `before`.
            parent="" if push.created or push.forced else push.before,
            pushed_at=pushed_at or not_after_receipt(envelope, times),
        ).rows(envelope)
    )


def parse_pull_request(envelope: Envelope) -> Parsed:
    """The state of a pull request; until the merge GitHub's merge commit is only a trial."""
    body = read_body(envelope, PullRequestEvent)
    pull, event = body.pull_request, event_name(envelope)
    updated = read_time(event, "$.pull_request.updated_at", pull.updated_at)
    change = ChangeRow(
        source=envelope.source,
        repository=repository_name(body.repository.html_url),
        number=body.number,
        title=pull.title,
        author=pull.user.login if pull.user else "",
        state="merged" if pull.merged else pull.state,
        created_at=read_time(event, "$.pull_request.created_at", pull.created_at),
        merged_at=read_time_or_none(event, "$.pull_request.merged_at", pull.merged_at),
        merge_commit=(pull.merge_commit_sha or "") if pull.merged else "",
        head_sha=pull.head.sha,
        base_branch=pull.base.ref,
        labels=tuple(label.name for label in pull.labels),
        url=pull.html_url,
        event_id=envelope.id,
        sample=envelope.sample,
        version=version_of(updated, {"open": 0, "closed": 1}[pull.state] + pull.merged),
    )
    return Parsed(changes=(change,))


def parse_deployment(envelope: Envelope) -> Parsed:
    """A deployment that began, or its status; `inactive` only says that a later one replaced it."""
    body, event = read_body(envelope, DeploymentEvent), event_name(envelope)
    started = at = read_time(event, "$.deployment.created_at", body.deployment.created_at)
    if body.deployment_status is not None:
        created = body.deployment_status.created_at
        at = read_time(event, "$.deployment_status.created_at", created)
    raw = _raw(envelope, body, started, at)
    result = RESULTS.get(raw.sync_status)
    if result is None:
        return Parsed(deployments_raw=(raw,))
    return Parsed(deployments_raw=(raw,), deployments=(_deployment(body, raw, started, result),))


def parse_issue(envelope: Envelope) -> Parsed:
    """An issue that bears an incident label."""
    body = read_body(envelope, IssueEvent)
    issue, event = body.issue, event_name(envelope)
    labels = [label.name for label in issue.labels]
    if body.action in {"deleted", "transferred"} or not is_incident(labels):
        return Parsed()
    text = issue.body or ""
    updated = read_time(event, "$.issue.updated_at", issue.updated_at)
    closed = issue.state == "closed"
    closed_at = read_time_or_none(event, "$.issue.closed_at", issue.closed_at)
    incident = IncidentRow(
        source=envelope.source,
        id=f"{body.repository.full_name}#{issue.number}",
        service=named("service", text, labels) or body.repository.name,
        environment=environment_name(named("environment", text, labels) or "production"),
        title=issue.title,
        state="resolved" if closed else "open",
        opened_at=read_time(event, "$.issue.created_at", issue.created_at),
        resolved_at=(closed_at or updated) if closed else None,
        deployment_ref=deployment_ref(text),
        labels=tuple(labels),
        url=issue.html_url,
        event_id=envelope.id,
        sample=envelope.sample,
        version=version_of(updated, int(closed)),
    )
    return Parsed(incidents=(incident,))


def _raw(
    envelope: Envelope, body: DeploymentEvent, started: datetime, at: datetime
) -> DeploymentRawRow:
    deployment, status = body.deployment, body.deployment_status
    state = status.state if status else "pending"
    finished = RESULTS.get(state) in {"success", "failure"}
    return DeploymentRawRow(
        source=envelope.source,
        app=_hints(deployment.payload).get("service") or body.repository.name,
        namespace="",
        cluster="",
        environment=environment_name(
            (status.environment if status else None) or deployment.environment,
            production=bool(deployment.production_environment),
        ),
        event_time=at,
        received_time=envelope.received_at,
        sync_status=state,
        health_status="",
        revision=deployment.sha,
        duration_ms=max(0, milliseconds(at) - milliseconds(started)) if finished else None,
        payload=envelope.body,
        event_id=envelope.id,
        sample=envelope.sample,
    )


def _deployment(
    body: DeploymentEvent, raw: DeploymentRawRow, started: datetime, result: DeploymentResult
) -> DeploymentRow:
    deployment, hints = body.deployment, _hints(body.deployment.payload)
    return DeploymentRow(
        source=raw.source,
        service=raw.app,
        environment=raw.environment,
        id=str(deployment.id),
        repository=repository_name(body.repository.html_url),
        commit=deployment.sha,
        ref=deployment.ref,
        release=hints.get("release") or release_name(deployment.ref),
        kind=deployment_kind(
            stated=hints.get("kind", ""), ref=deployment.ref, task=deployment.task
        ),
        result=result,
        started_at=started,
        finished_at=None if result == "running" else raw.event_time,
        url=_status_url(body.deployment_status) or f"{body.repository.html_url}/deployments",
        actor=deployment.creator.login if deployment.creator else "",
        event_id=raw.event_id,
        sample=raw.sample,
        version=version_of(raw.event_time, _rank(raw.sync_status)),
    )


def _rank(state: str) -> int:
    """Within one second: asked for, then at work, then over."""
    if RESULTS[state] != "running":
        return 2
    return 1 if state == "in_progress" else 0


def _status_url(status: DeploymentStatus | None) -> str:
    if status is None:
        return ""
    return status.log_url or status.target_url or status.environment_url or ""


def _hints(payload: object) -> dict[str, str]:
    """What the caller of the deployments API put in `payload`: an object, or its JSON as text."""
    if isinstance(payload, str):
        try:
            payload = json.loads(payload)
        except (ValueError, RecursionError):
            return {}
    if not isinstance(payload, dict):
        return {}
    return {str(key): value for key, value in payload.items() if isinstance(value, str) and value}


PARSERS: dict[str, Callable[[Envelope], Parsed]] = {
    "push": parse_push,
    "pull_request": parse_pull_request,
    "deployment": parse_deployment,
    "deployment_status": parse_deployment,
    "issues": parse_issue,
}
