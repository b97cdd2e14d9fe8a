"""The application: its parts put together, its routes, its refusals, and the page behind them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response

from stratum import __version__
from stratum.console.access import Access
from stratum.console.edge import Edge
from stratum.console.errors import NotFoundError
from stratum.console.news import News
from stratum.console.page import page_response
from stratum.console.parts import Parts
from stratum.console.platform.files import StateFiles
from stratum.console.refusals import install_refusals
from stratum.console.routes import delivery, operations, platform, session
from stratum.console.settings import ConsoleSettings, Secrets
from stratum.console.stream import Stream
from stratum.console.telemetry import Telemetry
from stratum.console.warehouse import Warehouse
from stratum.health import health_of


def create_app(settings: ConsoleSettings, secrets: Secrets) -> FastAPI:
    parts = assemble(settings, secrets)
    app = FastAPI(
        title="Stratum console",
        version=__version__,
        openapi_url="/api/openapi.json",
        # Both would load scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
    )
    app.state.parts = parts
    for module in (session, delivery, platform, operations):
        app.include_router(module.router)
    app.add_api_route("/{path:path}", _page, methods=["GET", "HEAD"], include_in_schema=False)
    install_refusals(app)
    app.add_middleware(Edge, telemetry=parts.telemetry)
    return app


def assemble(settings: ConsoleSettings, secrets: Secrets) -> Parts:
    telemetry = Telemetry()
    warehouse = Warehouse(settings.warehouse, secrets.warehouse_password, telemetry.query)
    files = StateFiles(settings.state_dir)
    news = News(warehouse, files, settings.metrics)
    return Parts(
        settings=settings,
        access=Access(settings.viewer_access, secrets.operator_token, secrets.viewer_token),
        warehouse=warehouse,
        files=files,
        stream=Stream(news.look, telemetry),
        telemetry=telemetry,
        health=health_of("console"),
    )


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    parts: Parts = app.state.parts
    watching = asyncio.create_task(parts.stream.watch())
    yield
    parts.stream.close()
    await asyncio.wait({watching}, timeout=2.0)
    watching.cancel()
    await parts.warehouse.close()


def _page(request: Request, path: str) -> Response:
    if path == "api" or path.startswith("api/"):
        raise NotFoundError(
            "there is nothing at this address",
            where=request.url.path,
            hint="GET /api/openapi.json lists them all",
        )
    parts: Parts = request.app.state.parts
    return page_response(parts.settings.page_dir, path)
