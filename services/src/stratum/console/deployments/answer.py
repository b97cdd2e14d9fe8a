"""Asks the warehouse for deployments: a page, one with all that hangs on it, services."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import msgspec
from pydantic import BaseModel

from stratum.console.cursor import Cursor
from stratum.console.deployments.item import item_of
from stratum.console.deployments.models import (
    Change,
    Commit,
    Deployment,
    DeploymentDetail,
    DeploymentPage,
    Event,
    Incident,
    Service,
    Services,
)
from stratum.console.errors import NotFoundError
from stratum.console.rows import (
    ChangeRow,
    CommitRow,
    DeploymentRow,
    EventRow,
    IncidentRow,
    PlaceRow,
    ServiceRow,
)
from stratum.console.scope import Scope
from stratum.console.warehouse import Value, Warehouse
from stratum.console.windows import Window

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Filters:
    """Which deployments of a scope and window; `search` is a prefix of service, commit, release."""

    result: str = ""
    kind: str = ""
    search: str = ""
    limit: int = 50

    @property
    def parameters(self) -> Mapping[str, Value]:
        return {"result": self.result, "kind": self.kind, "q": self.search.strip().lower()}


async def page(
    warehouse: Warehouse, scope: Scope, window: Window, filters: Filters, cursor: Cursor
) -> DeploymentPage:
    """Newest first. One row more than asked for is read: it tells whether there is a next page."""
    rows = await warehouse.rows(
        "deployment_list",
        DeploymentRow,
        {
            **scope.parameters,
            **filters.parameters,
            "from": window.start,
            "to": window.end,
            "before_at": cursor.at,
            "before_key": cursor.key,
            "limit": filters.limit + 1,
        },
    )
    if not rows and cursor.key:
        # The page is empty, the list need not be: only its beginning can tell the total.
        start = await page(warehouse, scope, window, replace(filters, limit=1), Cursor())
        return DeploymentPage(items=[], next=None, total=start.total)
    shown = rows[: filters.limit]
    more = len(rows) > len(shown)
    return DeploymentPage(
        items=[item_of(row) for row in shown],
        next=Cursor(shown[-1].at, shown[-1].key).text() if more else None,
        total=rows[0].total if rows else 0,
    )


async def detail(warehouse: Warehouse, scope: Scope, key: str) -> DeploymentDetail:
    """A deployment is judged among those of its own service and environment only."""
    places = await warehouse.rows("deployment_place", PlaceRow, {"key": key})
    if not places:
        raise NotFoundError("there is no deployment with this key", where=key)
    place = replace(scope, service=places[0].service, environment=places[0].environment)
    given: dict[str, Value] = {**place.parameters, "key": key}
    found, commits, changes, incidents, events = await asyncio.gather(
        rows_of(warehouse, place, [key]),
        warehouse.rows("deployment_commits", CommitRow, given),
        warehouse.rows("deployment_changes", ChangeRow, given),
        warehouse.rows("deployment_incidents", IncidentRow, given),
        warehouse.rows("event", EventRow, given),
    )
    return DeploymentDetail(
        **found[0].model_dump(),
        commit_list=[_commit(row) for row in commits],
        changes=[_as(Change, row) for row in changes],
        incidents=[_as(Incident, row) for row in incidents],
        event=_as(Event, events[0]) if events else None,
    )


async def rows_of(warehouse: Warehouse, place: Scope, keys: Sequence[str]) -> list[Deployment]:
    """The deployments of these keys, all of one service and environment, oldest first."""
    rows = await warehouse.rows(
        "deployment_rows", DeploymentRow, {**place.parameters, "keys": keys}
    )
    return [item_of(row) for row in rows]


async def services(warehouse: Warehouse) -> Services:
    rows = await warehouse.rows("services", ServiceRow)
    return Services(services=[_as(Service, row) for row in rows])


def _commit(row: CommitRow) -> Commit:
    return Commit(
        sha=row.sha,
        message=row.message,
        author=row.author,
        authored_at=row.authored_at,
        lead_time_seconds=row.lead_seconds,
        url=row.url,
    )


def _as(model: type[Model], row: msgspec.Struct) -> Model:
    return model.model_validate(msgspec.structs.asdict(row))
