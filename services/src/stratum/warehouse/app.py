"""The HTTP face: ClickHouse's interface on `/`, and our own health, readiness and metrics."""

from __future__ import annotations

import uuid
from functools import partial

import msgspec
from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from stratum.health import Health, Waiting
from stratum.warehouse.content import choose_coding, decode, encode, too_large
from stratum.warehouse.errors import QueryError
from stratum.warehouse.exchange import (
    answer_headers,
    asked_query_id,
    common_headers,
    error_headers,
    read_query,
)
from stratum.warehouse.metrics import Metrics
from stratum.warehouse.service import QueryService
from stratum.warehouse.settings import WarehouseSettings
from stratum.warehouse.users import User, authenticate, read_credentials

SMALLEST_COMPRESSED = 512


class Front:
    """The handlers; the engine's work happens in threads, so that the loop stays free."""

    def __init__(
        self,
        settings: WarehouseSettings,
        users: tuple[User, ...],
        service: QueryService,
        metrics: Metrics,
        health: Health,
    ) -> None:
        self._settings = settings
        self._users = users
        self._service = service
        self._metrics = metrics
        self._health = health
        self._limiter = CapacityLimiter(settings.parallel_queries)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/", self.query, methods=["GET", "POST"]),
                Route("/ping", self.ping),
                Route("/healthz", self.healthz),
                Route("/readyz", self.readyz),
                Route("/metrics", self.metrics),
            ]
        )

    async def ping(self, _request: Request) -> Response:
        return Response("Ok.\n", media_type="text/plain")

    async def healthz(self, _request: Request) -> Response:
        return _json(msgspec.json.encode(self._health))

    async def readyz(self, _request: Request) -> Response:
        try:
            await to_thread.run_sync(self._service.probe, limiter=self._limiter)
        except QueryError as error:
            return _json(msgspec.json.encode(Waiting([error.text])), 503)
        return _json(b'{"status":"ready"}')

    async def metrics(self, _request: Request) -> Response:
        return Response(self._metrics.text(), media_type="text/plain; version=0.0.4")

    async def query(self, request: Request) -> Response:
        if not request.query_params and request.method == "GET":
            return await self.ping(request)
        query_id = str(uuid.uuid4())
        try:
            query_id = asked_query_id(request.query_params) or query_id
            given = read_credentials(request.headers, request.query_params)
            user = authenticate(self._users, given)
            body = await self._body(request)
            work = partial(self._answer, user, query_id, request, body)
            return await to_thread.run_sync(work, limiter=self._limiter)
        except QueryError as error:
            return self._failure(error, query_id)

    async def _body(self, request: Request) -> bytes:
        limit = self._settings.max_body_bytes
        parts: list[bytes] = []
        left = limit
        async for part in request.stream():
            left -= len(part)
            if left < 0:
                raise too_large(limit)
            parts.append(part)
        return b"".join(parts)

    def _answer(self, user: User, query_id: str, request: Request, body: bytes) -> Response:
        coding = request.headers.get("content-encoding", "").strip().lower()
        query = read_query(
            request.method,
            query_id,
            request.query_params,
            request.headers,
            decode(body, coding, self._settings.max_body_bytes),
            database=self._settings.database,
        )
        answer, output_format = self._service.answer(user, query)
        headers = common_headers(query_id, self._service.engine.timezone)
        headers |= answer_headers(answer, output_format)
        return _compressed(request, answer.body, headers)

    def _failure(self, error: QueryError, query_id: str) -> Response:
        headers = common_headers(query_id, self._service.engine.timezone) | error_headers(error)
        return Response(f"{error.text}\n", error.status, headers)


def _compressed(request: Request, body: bytes, headers: dict[str, str]) -> Response:
    """As in ClickHouse, only when both the setting and the header ask for it."""
    wanted = request.query_params.get("enable_http_compression", "0") in {"1", "true"}
    coding = choose_coding(request.headers.get("accept-encoding", "")) if wanted else ""
    if coding and len(body) >= SMALLEST_COMPRESSED:
        return Response(encode(body, coding), headers={**headers, "Content-Encoding": coding})
    return Response(body, headers=headers)


def _json(body: bytes, status: int = 200) -> Response:
    return Response(body, status, media_type="application/json")
