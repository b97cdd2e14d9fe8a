"""Services, the five metrics, and deployments."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query

from stratum.console.cursor import read_cursor
from stratum.console.deployments import answer as deployments
from stratum.console.deployments.answer import Filters
from stratum.console.deployments.models import DeploymentDetail, DeploymentPage, Services
from stratum.console.dora.answer import dora
from stratum.console.dora.models import DoraAnswer
from stratum.console.parts import Looking, PartsOf
from stratum.console.refusals import NOT_FOUND, RESPONSES
from stratum.console.scope import Scope
from stratum.console.windows import Window, window_of

router = APIRouter(prefix="/api", tags=["delivery"], dependencies=[Looking], responses=RESPONSES)

Text = Annotated[str, Query(max_length=200)]


def scope_of(
    parts: PartsOf,
    service: Annotated[Text, Query(description="One service; all without it.")] = "",
    environment: Annotated[Text, Query(description="`*` means all.")] = "production",
) -> Scope:
    return Scope(service, environment or "production", parts.settings.metrics)


def window(
    start: Annotated[datetime | None, Query(alias="from", description="Inclusive.")] = None,
    end: Annotated[datetime | None, Query(alias="to", description="Exclusive; now.")] = None,
) -> Window:
    return window_of(start, end, datetime.now(UTC))


ScopeOf = Annotated[Scope, Depends(scope_of)]
WindowOf = Annotated[Window, Depends(window)]


@router.get("/services")
async def list_services(parts: PartsOf) -> Services:
    return await deployments.services(parts.warehouse)


@router.get("/metrics/dora")
async def show_dora(parts: PartsOf, scope: ScopeOf, window: WindowOf) -> DoraAnswer:
    """The five metrics with what they leave out, the window before, and the weeks."""
    return await dora(parts.warehouse, scope, window)


@router.get("/deployments")
async def list_deployments(
    parts: PartsOf,
    scope: ScopeOf,
    window: WindowOf,
    result: Literal["success", "failure", "cancelled", "running"] | None = None,
    kind: Literal["planned", "hotfix", "rollback"] | None = None,
    q: Annotated[Text, Query(description="How service, commit or release begins.")] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: Annotated[str, Query(max_length=2000)] = "",
) -> DeploymentPage:
    """Newest first, page by page."""
    filters = Filters(result or "", kind or "", q, limit)
    return await deployments.page(parts.warehouse, scope, window, filters, read_cursor(cursor))


@router.get("/deployments/{key:path}", responses=NOT_FOUND)
async def show_deployment(parts: PartsOf, key: str) -> DeploymentDetail:
    """One deployment with its commits, changes, incidents and the event it came from."""
    scope = Scope(limits=parts.settings.metrics)
    return await deployments.detail(parts.warehouse, scope, key)
