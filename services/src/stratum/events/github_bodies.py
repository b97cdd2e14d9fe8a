"""The parts of GitHub's webhook bodies that are read; other keys are ignored."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from stratum.events.pushes import Commit
from stratum.events.reading import Number


class User(Struct):
    login: str = ""


class Repository(Struct):
    name: str
    full_name: str
    html_url: str
    pushed_at: str | int | None = None


class Push(Struct):
    ref: str
    before: str
    repository: Repository
    created: bool = False
    deleted: bool = False
    forced: bool = False
    commits: list[Commit] = []


class Label(Struct):
    name: str


class Head(Struct):
    sha: str


class Base(Struct):
    ref: str


class PullRequest(Struct):
    title: str
    state: Literal["open", "closed"]
    created_at: str
    updated_at: str
    html_url: str
    head: Head
    base: Base
    merged: bool = False
    merged_at: str | None = None
    merge_commit_sha: str | None = None
    user: User | None = None
    labels: list[Label] = []


class PullRequestEvent(Struct):
    number: Number
    pull_request: PullRequest
    repository: Repository


class Deployment(Struct):
    id: Number
    sha: str
    ref: str
    created_at: str
    environment: str
    task: str = ""
    payload: Any = None
    production_environment: bool | None = None
    creator: User | None = None


class DeploymentStatus(Struct):
    state: str
    created_at: str
    environment: str | None = None
    target_url: str | None = None
    log_url: str | None = None
    environment_url: str | None = None


class DeploymentEvent(Struct):
    deployment: Deployment
    repository: Repository
    deployment_status: DeploymentStatus | None = None


class Issue(Struct):
    number: Number
    title: str
    state: Literal["open", "closed"]
    created_at: str
    updated_at: str
    html_url: str
    closed_at: str | None = None
    body: str | None = None
    labels: list[Label] = []


class IssueEvent(Struct):
    action: str
    issue: Issue
    repository: Repository
