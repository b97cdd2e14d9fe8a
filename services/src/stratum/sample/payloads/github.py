"""Bodies as GitHub posts them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from stratum.sample.organisation import Person, Service
from stratum.sample.payloads.facts import Change, Commit, Deployment, Incident, Push

Body = dict[str, Any]

API = "https://api.github.com"


def stamp(moment: datetime) -> str:
    """GitHub's form of a time."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def push(event: Push) -> Body:
    """`push`: the only event in which `pushed_at` is a number."""
    base, after = event.service.address, event.commits[-1].sha
    commits = [_commit(event.service, commit) for commit in event.commits]
    return {
        "ref": f"refs/heads/{event.branch}",
        "before": event.before,
        "after": after,
        "repository": repository(event.service, event.at)
        | {"pushed_at": int(event.at.timestamp()), "master_branch": "main", "stargazers": 0},
        "pusher": {"name": event.commits[-1].author.login, "email": event.commits[-1].author.email},
        "sender": user(event.commits[-1].author),
        "created": False,
        "deleted": False,
        "forced": False,
        "base_ref": None,
        "compare": f"{base}/compare/{event.before[:12]}...{after[:12]}",
        "commits": commits,
        "head_commit": commits[-1],
    }


def pull_request(change: Change) -> Body:
    """`pull_request`: `opened`, or `closed` with `merged`."""
    base = change.service.address
    at = stamp(change.at)
    return {
        "action": "closed" if change.merged else "opened",
        "number": change.number,
        "pull_request": {
            "id": 900_000_000 + change.service.number * 1000 + change.number,
            "number": change.number,
            "html_url": f"{base}/pull/{change.number}",
            "state": "closed" if change.merged else "open",
            "locked": False,
            "title": change.title,
            "user": user(change.author),
            "body": None,
            "labels": [
                {"name": name, "color": "ededed", "default": False} for name in change.labels
            ],
            "draft": False,
            "created_at": stamp(change.created_at),
            "updated_at": at,
            "closed_at": at if change.merged else None,
            "merged_at": at if change.merged else None,
            "merge_commit_sha": change.merge_sha if change.merged else None,
            "head": {
                "label": f"harbour:{change.branch}",
                "ref": change.branch,
                "sha": change.head.sha,
            },
            "base": {"label": "harbour:main", "ref": "main", "sha": change.merge_sha},
            "merged": change.merged,
            "mergeable": None,
            "merged_by": user(change.author) if change.merged else None,
            "commits": 1,
            "changed_files": 3,
        },
        "repository": repository(change.service, change.at),
        "sender": user(change.author),
    }


def deployment_status(event: Deployment) -> Body:
    """`deployment_status`; the caller of the deployments API may say in `payload` what it is."""
    base = f"{API}/repos/{event.service.path}/deployments/{event.number}"
    common = {"creator": user(event.actor), "repository_url": f"{API}/repos/{event.service.path}"}
    return {
        "action": "created",
        "deployment_status": common
        | {
            "url": f"{base}/statuses/{event.number * 10}",
            "id": event.number * 10,
            "state": event.state,
            "description": "",
            "environment": event.environment,
            "target_url": f"{event.service.address}/actions/runs/{event.number}",
            "log_url": f"{event.service.address}/actions/runs/{event.number}",
            "environment_url": "",
            "created_at": stamp(event.at),
            "updated_at": stamp(event.at),
            "deployment_url": base,
        },
        "deployment": common | _deployment(event, base),
        "check_run": None,
        "workflow": None,
        "workflow_run": None,
        "repository": repository(event.service, event.at),
        "sender": user(event.actor),
    }


def issues(event: Incident) -> Body:
    """`issues`: opened with the label `incident`, or closed."""
    at = stamp(event.at)
    return {
        "action": "closed" if event.resolved else "opened",
        "issue": {
            "url": f"{API}/repos/{event.service.path}/issues/{event.number}",
            "html_url": f"{event.service.address}/issues/{event.number}",
            "id": 800_000_000 + event.service.number * 1000 + event.number,
            "number": event.number,
            "title": event.title,
            "user": user(event.reporter),
            "labels": [{"id": 55, "name": "incident", "color": "d73a4a", "default": False}],
            "state": "closed" if event.resolved else "open",
            "state_reason": "completed" if event.resolved else None,
            "locked": False,
            "assignees": [],
            "milestone": None,
            "comments": 0,
            "created_at": stamp(event.opened_at),
            "updated_at": at,
            "closed_at": at if event.resolved else None,
            "body": event.text,
        },
        "repository": repository(event.service, event.at),
        "sender": user(event.reporter),
    }


def user(person: Person) -> Body:
    """A person as GitHub shows them."""
    return {
        "login": person.login,
        "id": person.number,
        "type": "User",
        "site_admin": False,
        "html_url": f"https://github.com/{person.login}",
        "url": f"{API}/users/{person.login}",
    }


def repository(service: Service, at: datetime) -> Body:
    """A repository as every GitHub event carries it."""
    return {
        "id": service.number,
        "name": service.name,
        "full_name": service.path,
        "private": True,
        "owner": {"login": "harbour", "id": 3000, "type": "Organization"},
        "html_url": service.address,
        "url": f"{API}/repos/{service.path}",
        "description": None,
        "fork": False,
        "pushed_at": stamp(at),
        "clone_url": f"{service.address}.git",
        "ssh_url": f"git@github.com:{service.path}.git",
        "default_branch": "main",
        "visibility": "private",
    }


def _deployment(event: Deployment, base: str) -> Body:
    return {
        "url": base,
        "id": event.number,
        "sha": event.sha,
        "ref": event.ref,
        "task": "deploy:rollback" if event.kind == "rollback" else "deploy",
        "payload": {"kind": event.kind} if event.kind == "hotfix" else {},
        "original_environment": event.environment,
        "environment": event.environment,
        "description": None,
        "created_at": stamp(event.started_at),
        "updated_at": stamp(event.at),
        "statuses_url": f"{base}/statuses",
        "transient_environment": False,
        "production_environment": event.environment == "production",
    }


def _commit(service: Service, commit: Commit) -> Body:
    person = {
        "name": commit.author.name,
        "email": commit.author.email,
        "username": commit.author.login,
    }
    return {
        "id": commit.sha,
        "tree_id": commit.sha[::-1],
        "distinct": True,
        "message": commit.message,
        "timestamp": commit.at.isoformat(timespec="seconds"),
        "url": f"{service.address}/commit/{commit.sha}",
        "author": person,
        "committer": person,
        "added": [],
        "removed": [],
        "modified": ["src/main.py"],
    }
