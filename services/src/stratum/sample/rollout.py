"""How a service reaches an environment: through Argo CD, GitHub deployments or GitLab."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal, Protocol

from stratum.sample.delivery import Fact, Notebook
from stratum.sample.organisation import Person, Service
from stratum.sample.payloads import argocd, github, gitlab
from stratum.sample.payloads.facts import Application, Deployment, Sync

Outcome = Literal["success", "failure", "broken"]

HISTORY_LIMIT = 10


@dataclass(frozen=True)
class Order:
    """One wish to deploy."""

    environment: str
    sha: str
    release: str
    actor: Person
    at: datetime
    kind: str = "planned"
    outcome: Outcome = "success"
    title: str = ""


class Rollout(Protocol):
    """Carries out an order; returns when it was over and the id its sender gave it."""

    def deploy(self, order: Order) -> tuple[datetime, str]: ...


def rollout_of(service: Service, notebook: Notebook) -> Rollout:
    """The way this service is deployed."""
    if service.deployer == "argocd":
        return ArgoRollout(service, notebook)
    return ForgeRollout(service, notebook)


@dataclass
class ForgeRollout:
    """Deployments recorded by GitHub or GitLab: one event as work begins, one as it ends."""

    service: Service
    notebook: Notebook
    number: int = field(init=False)

    def __post_init__(self) -> None:
        self.number = 40_000 + self.service.number

    def deploy(self, order: Order) -> tuple[datetime, str]:
        self.number += self.notebook.random.randint(1, 9)
        end = order.at + timedelta(seconds=self.notebook.random.randint(70, 540))
        running, done = self._states(order)
        key = f"{self.service.name}/{order.environment}/{self.number}"
        fact = Fact("deployment", key, self.service.name)
        state = Deployment(
            service=self.service,
            environment=order.environment,
            number=self.number,
            sha=order.sha,
            release=order.release,
            state=running,
            actor=order.actor,
            started_at=order.at,
            at=order.at,
            kind=order.kind,
            title=order.title,
        )
        for now in (state, replace(state, state=done, at=end)):
            self._tell(now, fact)
        return end, str(self.number)

    def _states(self, order: Order) -> tuple[str, str]:
        good = order.outcome == "success"
        if self.service.deployer == "github":
            return "in_progress", "success" if good else "failure"
        return "running", "success" if good else "failed"

    def _tell(self, state: Deployment, fact: Fact) -> None:
        if self.service.deployer == "github":
            body = github.deployment_status(state)
            self.notebook.deliver("github", "deployment_status", body, state.at, [fact])
        else:
            body = gitlab.deployment(state)
            self.notebook.deliver("gitlab", "Deployment Hook", body, state.at, [fact])


@dataclass
class ArgoRollout:
    """Syncs by Argo CD from a configuration repository; the images carry the code's commit."""

    service: Service
    notebook: Notebook
    applications: dict[str, Application] = field(default_factory=dict)

    def deploy(self, order: Order) -> tuple[datetime, str]:
        """Sync a new revision; a rollback syncs the one before the last again."""
        random = self.notebook.random
        application = self._application(order.environment)
        end = order.at + timedelta(seconds=random.randint(25, 160))
        last = application.history[-1].number if application.history else -1
        back = order.kind == "rollback" and len(application.history) > 1
        revision = application.history[-2].revision if back else f"{random.getrandbits(160):040x}"
        sync = Sync(last + 1, revision, order.at, end, order.release, order.sha)
        if order.outcome != "failure":
            application = replace(
                application, history=(*application.history, sync)[-HISTORY_LIMIT:]
            )
            self.applications[order.environment] = application
        key = f"{application.uid}-{order.at:%Y%m%dT%H%M%SZ}"
        body = argocd.notification(
            application,
            sync,
            sent_at=end + timedelta(seconds=random.randint(5, 50)),
            phase="Failed" if order.outcome == "failure" else "Succeeded",
            health="Degraded" if order.outcome == "broken" else "Healthy",
            actor=order.actor.login if order.kind != "planned" else "automated",
            kind="hotfix" if order.kind == "hotfix" else "",
        )
        fact = Fact("deployment", key, self.service.name)
        self.notebook.deliver("argocd", "deployment", body, end, [fact])
        return end, key

    def heal(self, environment: str, at: datetime) -> None:
        """Argo CD puts back what someone changed by hand: a sync of some resources, no entry."""
        application = self._application(environment)
        if application.history:
            last = application.history[-1]
            sync = replace(last, started_at=at, deployed_at=at + timedelta(seconds=4))
            body = argocd.notification(application, sync, sent_at=sync.deployed_at, selective=True)
            self.notebook.deliver("argocd", "deployment", body, sync.deployed_at)

    def _application(self, environment: str) -> Application:
        if environment not in self.applications:
            number = self.notebook.random.getrandbits(48)
            uid = f"6c4f2d2e-0b7a-4f3c-9d1e-{number:012x}"
            self.applications[environment] = Application(self.service, environment, uid)
        return self.applications[environment]
