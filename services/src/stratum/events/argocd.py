"""Argo CD notifications, in the body that docs/connect.md has Argo CD send.

Argo CD adds a `status.history` entry for each successful sync of a whole application and for no
other, so a self-heal (a sync of some resources) is no deployment; see `_entry_of`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from stratum.events.images import choose_image, commit_of, tag_of
from stratum.events.names import (
    UNKNOWN_ENVIRONMENT,
    deployment_kind,
    environment_name,
    release_name,
    repository_name,
    split_environment,
)
from stratum.events.reading import Number, event_name, read_body
from stratum.events.rows import (
    DeploymentKind,
    DeploymentRawRow,
    DeploymentResult,
    DeploymentRow,
    Envelope,
    Parsed,
)
from stratum.events.times import milliseconds, read_time, read_time_or_none, version_of

BY_HEALTH: dict[str, DeploymentResult] = {
    "Healthy": "success",
    "Degraded": "failure",
    "Missing": "failure",
}
FULL_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class HistoryEntry(Struct):
    """One entry of `status.history`; `source` is a digest of where and with what it was made."""

    id: Number = 0
    revision: str = ""
    revisions: list[str] = []
    source: str = ""
    started_at: str = ""
    deployed_at: str = ""

    @property
    def state(self) -> tuple[str, tuple[str, ...], str]:
        return self.revision, tuple(self.revisions), self.source


class Notification(Struct):
    """The body of our notification template."""

    app: str
    uid: str
    phase: str
    started_at: str
    sent_at: str
    namespace: str = ""
    cluster: str = ""
    service: str = ""
    environment: str = ""
    repository: str = ""
    kind: str = ""
    repo_url: str = ""
    source_type: str = ""
    message: str = ""
    selective: bool = False
    dry_run: bool = False
    finished_at: str = ""
    revision: str = ""
    revisions: list[str] = []
    sync: str = ""
    health: str = ""
    images: list[str] = []
    initiated_by: str = ""
    url: str = ""
    history: list[HistoryEntry] = []


@dataclass(frozen=True)
class Times:
    """When the operation began and ended, and when Argo CD told of it."""

    started: datetime
    finished: datetime | None
    sent: datetime


def parse(envelope: Envelope) -> Parsed:
    """Every notification is kept as told; one of a whole sync is a deployment as well."""
    body, event = read_body(envelope, Notification), event_name(envelope)
    times = Times(
        started=read_time(event, "$.started_at", body.started_at),
        finished=read_time_or_none(event, "$.finished_at", body.finished_at),
        sent=read_time(event, "$.sent_at", body.sent_at),
    )
    service, environment = service_and_environment(body)
    raw = (_raw(envelope, body, times, environment),)
    if body.selective or body.dry_run:
        return Parsed(deployments_raw=raw)
    row = _deployment(envelope, body, times, service, environment)
    return Parsed(deployments_raw=raw, deployments=(row,))


def service_and_environment(body: Notification) -> tuple[str, str]:
    """What the annotations say, else the application's name split at its environment's suffix."""
    stem, by_name = split_environment(body.app)
    namespace = environment_name(body.namespace)
    by_namespace = split_environment(body.namespace)[1] or (
        namespace if namespace in {"production", "staging", "testing", "development"} else ""
    )
    stated = environment_name(body.environment) if body.environment else ""
    return body.service or stem, stated or by_name or by_namespace or UNKNOWN_ENVIRONMENT


def _deployment(
    envelope: Envelope, body: Notification, times: Times, service: str, environment: str
) -> DeploymentRow:
    event = event_name(envelope)
    result = _result(body)
    entry = _entry_of(body)
    started, finished = times.started, times.finished or times.sent
    version = version_of(times.sent, int(result != "running"))
    if entry is not None:
        path = f"$.history[{body.history.index(entry)}]"
        started = read_time_or_none(event, f"{path}.started_at", entry.started_at) or started
        deployed = read_time_or_none(event, f"{path}.deployed_at", entry.deployed_at)
        finished = deployed or finished
        if entry is not body.history[-1]:
            # A repetition fills a gap; it never overrules what the deployment itself told.
            version = version_of(finished, 0)
    image = choose_image(body.images, service)
    commit, repository = _commit_and_repository(body, image)
    return DeploymentRow(
        source=envelope.source,
        service=service,
        environment=environment,
        id=f"{body.uid}-{started:%Y%m%dT%H%M%SZ}",
        repository=repository,
        commit=commit,
        ref=body.revision,
        release=tag_of(image) or release_name(body.revision),
        kind=_kind(body, entry),
        result=result,
        started_at=started,
        finished_at=None if result == "running" else finished,
        url=body.url,
        actor=body.initiated_by,
        event_id=envelope.id,
        sample=envelope.sample,
        version=version,
    )


def _entry_of(body: Notification) -> HistoryEntry | None:
    """The history entry that brought in what now runs; none where the operation left none.

    A second whole sync of the same revision and source adds an entry equal to the one before: the
    first of such a run is the deployment, the others are repetitions of it.
    """
    if body.phase != "Succeeded" or not body.history:
        return None
    last = len(body.history) - 1
    while last > 0 and body.history[last - 1].state == body.history[-1].state:
        last -= 1
    return body.history[last]


def _kind(body: Notification, entry: HistoryEntry | None) -> DeploymentKind:
    """A state that was deployed before, with another one since, is a rollback."""
    kind = deployment_kind(stated=body.kind)
    if body.kind:
        return kind
    if entry is not None:
        earlier = body.history[: body.history.index(entry)]
        return "rollback" if any(old.state == entry.state for old in earlier) else kind
    if body.phase == "Succeeded":
        return kind
    wanted = (body.revision, tuple(body.revisions))
    known = [(old.revision, tuple(old.revisions)) for old in body.history]
    return "rollback" if known and wanted in known[:-1] and wanted != known[-1] else kind


def _result(body: Notification) -> DeploymentResult:
    """The operation's phase, and once that succeeded the application's health."""
    if body.phase in {"Failed", "Error"}:
        return "cancelled" if "terminated" in body.message.lower() else "failure"
    if body.phase != "Succeeded":
        return "running"
    return BY_HEALTH.get(body.health, "running")


def _commit_and_repository(body: Notification, image: str) -> tuple[str, str]:
    """The code's commit from the image's tag, else the revision of the tracked repository."""
    stated = repository_name(body.repository)
    built_from = commit_of(image)
    if built_from:
        return built_from, stated
    if FULL_HASH.fullmatch(body.revision):
        return body.revision, stated or repository_name(body.repo_url)
    return "", stated


def _raw(
    envelope: Envelope, body: Notification, times: Times, environment: str
) -> DeploymentRawRow:
    duration = None
    if times.finished is not None:
        duration = max(0, milliseconds(times.finished) - milliseconds(times.started))
    return DeploymentRawRow(
        source=envelope.source,
        app=body.app,
        namespace=body.namespace,
        cluster=body.cluster,
        environment=environment,
        event_time=times.finished or times.sent,
        received_time=envelope.received_at,
        sync_status=body.sync,
        health_status=body.health,
        revision=body.revision,
        duration_ms=duration,
        payload=envelope.body,
        event_id=envelope.id,
        sample=envelope.sample,
    )
