"""What whoever runs the console asks: is it alive, can it answer, how busy is it (contracts §6)."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter, Response
from pydantic import BaseModel

from stratum.console.parts import PartsOf
from stratum.health import Waiting

router = APIRouter(tags=["operations"])


class HealthModel(BaseModel):
    status: str
    service: str
    version: str
    revision: str | None
    started_at: str


class ReadyModel(BaseModel):
    status: str
    reasons: list[str] = []


@router.get("/healthz")
async def healthz(parts: PartsOf) -> HealthModel:
    return HealthModel(**msgspec.structs.asdict(parts.health))


@router.get("/readyz", responses={503: {"model": ReadyModel}})
async def readyz(parts: PartsOf, response: Response) -> ReadyModel:
    """Ready is: a query is answered, and there is a page to show."""
    reason = await parts.warehouse.reachable()
    reasons = [reason] if reason else []
    if not (parts.settings.page_dir / "index.html").is_file():
        reasons.append("the page has not been built: page_dir has no index.html")
    if not reasons:
        return ReadyModel(status="ok")
    response.status_code = 503
    return ReadyModel(**msgspec.structs.asdict(Waiting(reasons)))


@router.get("/metrics")
async def metrics(parts: PartsOf) -> Response:
    """Prometheus text."""
    return Response(parts.telemetry.text(), media_type="text/plain; version=0.0.4")
