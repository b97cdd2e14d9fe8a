"""What happened at Harbour, in no sender's format."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from stratum.sample.organisation import Person, Service


@dataclass(frozen=True)
class Commit:
    """One commit on a branch."""

    sha: str
    author: Person
    at: datetime
    message: str


@dataclass(frozen=True)
class Push:
    """One push to a branch; `before` is the branch's head until then."""

    service: Service
    branch: str
    before: str
    commits: tuple[Commit, ...]
    at: datetime


@dataclass(frozen=True)
class Change:
    """A pull or merge request at one moment of its life."""

    service: Service
    number: int
    title: str
    author: Person
    branch: str
    head: Commit
    merge_sha: str
    created_at: datetime
    at: datetime
    merged: bool
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Deployment:
    """A deployment at one moment of its life; `state` is in the words of its sender."""

    service: Service
    environment: str
    number: int
    sha: str
    release: str
    state: str
    actor: Person
    started_at: datetime
    at: datetime
    ref: str = "main"
    kind: str = "planned"
    title: str = ""


@dataclass(frozen=True)
class Incident:
    """An incident at one moment of its life."""

    service: Service
    number: int
    title: str
    text: str
    reporter: Person
    opened_at: datetime
    at: datetime
    resolved: bool


@dataclass(frozen=True)
class Sync:
    """What Argo CD keeps in an application's history."""

    number: int
    revision: str
    started_at: datetime
    deployed_at: datetime
    release: str
    sha: str


@dataclass(frozen=True)
class Application:
    """One Argo CD application: a service in one environment."""

    service: Service
    environment: str
    uid: str
    history: tuple[Sync, ...] = field(default=())
