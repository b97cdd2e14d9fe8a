"""Bodies as GitLab posts them, with its several ways to write a time."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from stratum.sample.organisation import Person, Service
from stratum.sample.payloads.facts import Change, Commit, Deployment, Incident, Push

Body = dict[str, Any]

# The server's own zone, in which GitLab writes `status_changed_at`.
SERVER_ZONE = timezone(timedelta(hours=2))
NEWEST = 20


def iso(moment: datetime) -> str:
    """The form of commits and of issues."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def spaced(moment: datetime) -> str:
    """The form of deployments."""
    return moment.astimezone(SERVER_ZONE).strftime("%Y-%m-%d %H:%M:%S %z")


def named_zone(moment: datetime) -> str:
    """The form of merge requests in older versions."""
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")


def push(event: Push) -> Body:
    """`push`: lists the newest twenty commits only, oldest first."""
    actor, after = event.commits[-1].author, event.commits[-1].sha
    return {
        "object_kind": "push",
        "event_name": "push",
        "before": event.before,
        "after": after,
        "ref": f"refs/heads/{event.branch}",
        "ref_protected": True,
        "checkout_sha": after,
        "message": None,
        "user_id": actor.number,
        "user_name": actor.name,
        "user_username": actor.login,
        "user_email": "[REDACTED]",
        "project_id": event.service.number,
        "project": project(event.service),
        "repository": _repository(event.service),
        "commits": [_commit(event.service, commit) for commit in event.commits[-NEWEST:]],
        "total_commits_count": len(event.commits),
        "push_options": {},
    }


def merge_request(change: Change) -> Body:
    """`merge_request`: action `open` or `merge`; it has no `merged_at`."""
    return {
        "object_kind": "merge_request",
        "event_type": "merge_request",
        "user": user(change.author),
        "project": project(change.service),
        "repository": _repository(change.service),
        "object_attributes": {
            "id": 600_000 + change.number,
            "iid": change.number,
            "author_id": change.author.number,
            "title": change.title,
            "description": "",
            "source_branch": change.branch,
            "target_branch": "main",
            "state": "merged" if change.merged else "opened",
            "state_id": 3 if change.merged else 1,
            "draft": False,
            "created_at": named_zone(change.created_at),
            "updated_at": named_zone(change.at),
            "merge_commit_sha": change.merge_sha if change.merged else None,
            "url": f"{change.service.address}/-/merge_requests/{change.number}",
            "last_commit": _commit(change.service, change.head),
            "action": "merge" if change.merged else "open",
            "detailed_merge_status": "mergeable",
        },
        "labels": [],
        "changes": {},
        "assignees": [],
        "reviewers": [],
    }


def deployment(event: Deployment) -> Body:
    """`deployment`: the full hash is only in `commit_url`."""
    base = event.service.address
    return {
        "object_kind": "deployment",
        "status": event.state,
        "status_changed_at": spaced(event.at),
        "deployment_id": event.number,
        "deployable_id": event.number * 7,
        "deployable_url": f"{base}/-/jobs/{event.number * 7}",
        "environment": event.environment,
        "environment_tier": event.environment,
        "environment_slug": event.environment,
        "environment_external_url": None,
        "project": project(event.service),
        "short_sha": event.sha[:8],
        "user": user(event.actor),
        "user_url": f"https://gitlab.com/{event.actor.login}",
        "commit_url": f"{base}/-/commit/{event.sha}",
        "commit_title": event.title,
        "ref": event.ref,
    }


def incident(event: Incident) -> Body:
    """`work_item` of type `Incident`: opened or closed."""
    return {
        "object_kind": "work_item",
        "event_type": "work_item",
        "user": user(event.reporter),
        "project": project(event.service),
        "object_attributes": {
            "id": 500_000 + event.number,
            "iid": event.number,
            "author_id": event.reporter.number,
            "title": event.title,
            "description": event.text,
            "created_at": named_zone(event.opened_at),
            "updated_at": named_zone(event.at),
            "closed_at": named_zone(event.at) if event.resolved else None,
            "state": "closed" if event.resolved else "opened",
            "state_id": 2 if event.resolved else 1,
            "confidential": False,
            "type": "Incident",
            "severity": "high",
            "url": f"{event.service.address}/-/issues/{event.number}",
            "action": "close" if event.resolved else "open",
            "labels": [],
        },
        "repository": _repository(event.service),
        "labels": [],
        "changes": {},
    }


def user(person: Person) -> Body:
    """A person as GitLab shows them."""
    return {
        "id": person.number,
        "name": person.name,
        "username": person.login,
        "avatar_url": None,
        "email": "[REDACTED]",
    }


def project(service: Service) -> Body:
    """A project as every GitLab event carries it."""
    return {
        "id": service.number,
        "name": service.name,
        "description": "",
        "web_url": service.address,
        "avatar_url": None,
        "git_ssh_url": f"git@gitlab.com:{service.path}.git",
        "git_http_url": f"{service.address}.git",
        "namespace": "Harbour",
        "visibility_level": 0,
        "path_with_namespace": service.path,
        "default_branch": "main",
        "ci_config_path": "",
        "homepage": service.address,
        "url": f"git@gitlab.com:{service.path}.git",
        "ssh_url": f"git@gitlab.com:{service.path}.git",
        "http_url": f"{service.address}.git",
    }


def _repository(service: Service) -> Body:
    return {
        "name": service.name,
        "url": f"git@gitlab.com:{service.path}.git",
        "description": "",
        "homepage": service.address,
    }


def _commit(service: Service, commit: Commit) -> Body:
    return {
        "id": commit.sha,
        "message": commit.message,
        "title": commit.message.partition("\n")[0],
        "timestamp": commit.at.isoformat(timespec="seconds"),
        "url": f"{service.address}/-/commit/{commit.sha}",
        "author": {"name": commit.author.name, "email": "[REDACTED]"},
        "added": [],
        "modified": ["src/main.go"],
        "removed": [],
    }
