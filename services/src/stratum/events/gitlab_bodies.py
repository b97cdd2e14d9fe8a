"""The parts of GitLab's webhook bodies that are read; other keys are ignored."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from stratum.events.pushes import Author, Commit
from stratum.events.reading import Number


class User(Struct):
    id: int | None = None
    username: str = ""


class Project(Struct):
    web_url: str
    path_with_namespace: str


class Push(Struct):
    ref: str
    before: str
    after: str
    project: Project
    commits: list[Commit] = []
    total_commits_count: Number = 0


class Label(Struct):
    title: str


class LastCommit(Struct):
    id: str
    author: Author | None = None


class MergeRequest(Struct):
    iid: Number
    title: str
    state: str
    target_branch: str
    created_at: str
    updated_at: str
    action: str = ""
    url: str = ""
    author_id: int | None = None
    merge_commit_sha: str | None = None
    last_commit: LastCommit | None = None


class MergeRequestEvent(Struct):
    object_attributes: MergeRequest
    project: Project
    user: User | None = None
    labels: list[Label] = []


class DeploymentEvent(Struct):
    status: str
    status_changed_at: str
    deployment_id: Number
    environment: str
    project: Project
    commit_url: str | None = None
    short_sha: str | None = None
    environment_tier: str | None = None
    deployable_url: str | None = None
    ref: str | None = None
    user: User | None = None


class Issue(Struct):
    iid: Number
    title: str
    state: Literal["opened", "closed"]
    created_at: str
    updated_at: str
    type: str = ""
    url: str = ""
    closed_at: str | None = None
    description: str | None = None


class IssueEvent(Struct):
    object_attributes: Issue
    project: Project | None = None
    labels: list[Label] = []
