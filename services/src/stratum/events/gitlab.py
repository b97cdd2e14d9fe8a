"""GitLab webhooks: pushes, merge requests, deployments and issues that are incidents.

`pipeline`, `release`, `tag_push` and every other event yield no rows: none is a deployment.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from stratum.events.errors import EventError
from stratum.events.gitlab_bodies import (
    DeploymentEvent,
    IssueEvent,
    MergeRequest,
    MergeRequestEvent,
    Push,
    User,
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
    ChangeState,
    DeploymentRawRow,
    DeploymentResult,
    DeploymentRow,
    Envelope,
    IncidentRow,
    Parsed,
)
from stratum.events.times import read_time, read_time_or_none, version_of

NO_COMMIT = "0" * 40
COMMIT_URL = re.compile(r"/commits?/(?P<sha>[0-9a-f]{7,64})(?:[/?#]|$)", re.IGNORECASE)

RESULTS: dict[str, DeploymentResult] = {
    "running": "running",
    "success": "success",
    "failed": "failure",
    "canceled": "cancelled",
}

STATES: dict[str, ChangeState] = {"opened": "open", "closed": "closed", "merged": "merged"}


def parse(envelope: Envelope) -> Parsed:
    """Return the rows of one GitLab event."""
    parser = PARSERS.get(envelope.kind)
    return parser(envelope) if parser else Parsed()


def parse_push(envelope: Envelope) -> Parsed:
    """The commits the event lists: the newest twenty at most, so the first may lack its parent.

    GitLab does not tell when the push was made; the newest commit's time stands for it, as it does
    not move when the delivery is late.
    """
    push = read_body(envelope, Push)
    if push.after == NO_COMMIT or not push.ref.startswith(BRANCH):
        return Parsed()
    commits, times = push.commits, commit_times(envelope, push.commits)
    if len(commits) > 1 and commits[0].id == push.after:
        # Listed newest first.
        commits, times = commits[::-1], times[::-1]
    whole = push.total_commits_count <= len(commits) and push.before != NO_COMMIT
    return Parsed(
        commits=BranchPush(
            url=push.project.web_url,
            ref=push.ref,
            commits=commits,
            times=times,
            parent=push.before if whole else "",
            pushed_at=not_after_receipt(envelope, times),
        ).rows(envelope)
    )


def parse_merge_request(envelope: Envelope) -> Parsed:
    """The state of a merge request.

    Only the `merge` action tells when it was merged: later edits of a merged one yield no row.
    """
    body, event = read_body(envelope, MergeRequestEvent), event_name(envelope)
    merge = body.object_attributes
    state = STATES.get(merge.state)
    if state is None or (state == "merged" and merge.action not in {"merge", ""}):
        return Parsed()
    updated = read_time(event, "$.object_attributes.updated_at", merge.updated_at)
    head = merge.last_commit.id if merge.last_commit else ""
    change = ChangeRow(
        source=envelope.source,
        repository=repository_name(body.project.web_url),
        number=merge.iid,
        title=merge.title,
        author=_author(merge, body.user),
        state=state,
        created_at=read_time(event, "$.object_attributes.created_at", merge.created_at),
        merged_at=updated if state == "merged" else None,
        # A fast-forward merge makes no merge commit: the head itself reaches the branch.
        merge_commit=(merge.merge_commit_sha or head) if state == "merged" else "",
        head_sha=head,
        base_branch=merge.target_branch,
        labels=tuple(label.title for label in body.labels),
        url=merge.url,
        event_id=envelope.id,
        sample=envelope.sample,
        version=version_of(updated, {"open": 0, "closed": 1, "merged": 2}[state]),
    )
    return Parsed(changes=(change,))


def parse_deployment(envelope: Envelope) -> Parsed:
    """A deployment's status; an event tells only when that status began, not when the work did."""
    body, event = read_body(envelope, DeploymentEvent), event_name(envelope)
    at = read_time(event, "$.status_changed_at", body.status_changed_at)
    commit = _commit(body, event)
    environment = environment_name(
        body.environment, production=body.environment_tier == "production"
    )
    service = body.project.path_with_namespace.rpartition("/")[2]
    raw = _raw(envelope, body, service, environment, at, commit)
    result = RESULTS.get(body.status)
    if result is None:
        return Parsed(deployments_raw=(raw,))
    ref = body.ref or ""
    row = DeploymentRow(
        source=envelope.source,
        service=service,
        environment=environment,
        id=str(body.deployment_id),
        repository=repository_name(body.project.web_url),
        commit=commit,
        ref=ref,
        release=release_name(ref),
        kind=deployment_kind(ref=ref),
        result=result,
        started_at=at,
        finished_at=None if result == "running" else at,
        url=body.deployable_url or f"{body.project.web_url}/-/environments",
        actor=body.user.username if body.user else "",
        event_id=envelope.id,
        sample=envelope.sample,
        version=version_of(at, int(result != "running")),
    )
    return Parsed(deployments_raw=(raw,), deployments=(row,))


def parse_issue(envelope: Envelope) -> Parsed:
    """A work item of type incident, or an issue that bears an incident label, of a project."""
    body, event = read_body(envelope, IssueEvent), event_name(envelope)
    issue, labels = body.object_attributes, [label.title for label in body.labels]
    marked = issue.type.lower() == "incident" or is_incident(labels)
    if body.project is None or not marked:
        return Parsed()
    text = issue.description or ""
    updated = read_time(event, "$.object_attributes.updated_at", issue.updated_at)
    closed = issue.state == "closed"
    closed_at = read_time_or_none(event, "$.object_attributes.closed_at", issue.closed_at)
    service = named("service", text, labels) or body.project.path_with_namespace.rpartition("/")[2]
    incident = IncidentRow(
        source=envelope.source,
        id=f"{body.project.path_with_namespace}#{issue.iid}",
        service=service,
        environment=environment_name(named("environment", text, labels) or "production"),
        title=issue.title,
        state="resolved" if closed else "open",
        opened_at=read_time(event, "$.object_attributes.created_at", issue.created_at),
        resolved_at=(closed_at or updated) if closed else None,
        deployment_ref=deployment_ref(text),
        labels=tuple(labels),
        url=issue.url,
        event_id=envelope.id,
        sample=envelope.sample,
        version=version_of(updated, int(closed)),
    )
    return Parsed(incidents=(incident,))


def _commit(body: DeploymentEvent, event: str) -> str:
    """The full hash, which only the commit's address holds; else the short one."""
    match = COMMIT_URL.search(body.commit_url or "")
    if match:
        return match["sha"].lower()
    if body.short_sha:
        return body.short_sha
    raise EventError(event, "$.commit_url", "expected an address that ends in /commit/<sha>")


def _author(merge: MergeRequest, user: User | None) -> str:
    """The acting user where that is the author; else the name on the last commit."""
    if user is not None and user.id is not None and user.id == merge.author_id:
        return user.username
    commit = merge.last_commit
    return commit.author.name if commit and commit.author else ""


def _raw(
    envelope: Envelope,
    body: DeploymentEvent,
    service: str,
    environment: str,
    at: datetime,
    commit: str,
) -> DeploymentRawRow:
    return DeploymentRawRow(
        source=envelope.source,
        app=service,
        namespace="",
        cluster="",
        environment=environment,
        event_time=at,
        received_time=envelope.received_at,
        sync_status=body.status,
        health_status="",
        revision=commit,
        duration_ms=None,
        payload=envelope.body,
        event_id=envelope.id,
        sample=envelope.sample,
    )


PARSERS: dict[str, Callable[[Envelope], Parsed]] = {
    "push": parse_push,
    "merge_request": parse_merge_request,
    "deployment": parse_deployment,
    "issue": parse_issue,
    "work_item": parse_issue,
}
