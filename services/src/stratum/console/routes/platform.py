"""The platform's state, its runs, and the stream of what is new."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import StreamingResponse

from stratum.console.parts import Looking, PartsOf
from stratum.console.platform import answer
from stratum.console.platform.models import Platform, Runs
from stratum.console.refusals import RESPONSES

router = APIRouter(prefix="/api", tags=["platform"], dependencies=[Looking], responses=RESPONSES)

STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Server-sent events: `deployment`, `platform`, `ping`.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


# Not `async`: files are read in a thread, beside the requests that only wait.
@router.get("/platform")
def show_platform(parts: PartsOf) -> Platform:
    """What is installed, how it stands, and how the last run went."""
    return answer.platform(parts.files, parts.settings.product, parts.settings.environment)


@router.get("/platform/runs")
def list_runs(parts: PartsOf) -> Runs:
    return answer.runs(parts.files)


@router.get("/stream", response_class=StreamingResponse, responses=STREAM)
async def stream(parts: PartsOf) -> StreamingResponse:
    return StreamingResponse(
        parts.stream.events(),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
