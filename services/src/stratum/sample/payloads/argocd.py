"""Bodies as Argo CD posts them with the notification template of docs/connect.md."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from stratum.sample.payloads.facts import Application, Sync

Body = dict[str, Any]

CONFIG_REPOSITORY = "https://github.com/harbour/deploy"


def stamp(moment: datetime) -> str:
    """Kubernetes' form of a time."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def notification(
    application: Application,
    sync: Sync,
    *,
    sent_at: datetime,
    phase: str = "Succeeded",
    health: str = "Healthy",
    selective: bool = False,
    actor: str = "automated",
    kind: str = "",
) -> Body:
    """One notification about one sync operation of an application."""
    failed = phase != "Succeeded"
    return _application(application) | {
        "kind": kind,
        "phase": phase,
        "message": "one or more objects failed to apply" if failed else "successfully synced",
        "selective": selective,
        "dry_run": False,
        "started_at": stamp(sync.started_at),
        "finished_at": stamp(sync.deployed_at),
        "revision": sync.revision,
        "revisions": [],
        "sync": "OutOfSync" if failed else "Synced",
        "health": health,
        "images": [f"registry.harbour.example/{application.service.name}:{sync.release}"],
        "initiated_by": actor,
        "sent_at": sent_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "history": [_entry(application, entry) for entry in application.history],
    }


def _application(application: Application) -> Body:
    name = f"{application.service.name}-{application.environment}"
    return {
        "app": name,
        "uid": application.uid,
        "project": "harbour",
        "namespace": name,
        "cluster": "in-cluster",
        "service": "",
        "environment": "",
        "repository": application.service.address,
        "repo_url": CONFIG_REPOSITORY,
        "source_type": "Kustomize",
        "url": f"https://argocd.harbour.example/applications/argocd/{name}",
    }


def _entry(application: Application, sync: Sync) -> Body:
    source = f"{CONFIG_REPOSITORY} {application.service.name}/{application.environment}"
    return {
        "id": sync.number,
        "revision": sync.revision,
        "revisions": [],
        "source": hashlib.sha256(source.encode()).hexdigest(),
        "started_at": stamp(sync.started_at),
        "deployed_at": stamp(sync.deployed_at),
    }
