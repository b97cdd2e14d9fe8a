"""The thin layer between Granian's RSGI and our handler."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from granian.rsgi import Scope

from stratum.collector.exchange import Request, Response, refuse
from stratum.collector.handler import MOST_BODY, Handler
from stratum.logging import get_logger

log = get_logger("collector.http")


class HTTPProtocol(Protocol):
    """What we use of Granian's protocol object."""

    async def __call__(self) -> bytes: ...

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    def response_bytes(
        self, status: int, headers: list[tuple[str, str]], body: bytes, /
    ) -> None: ...


class RsgiApplication:
    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        try:
            response = await self._respond(scope, protocol)
        except Exception:  # the outer edge: a fault in one request must not end the server
            log.exception("request_failed", method=scope.method, path=scope.path)
            response = refuse(500, "internal", "the collector failed; its log says why")
        headers = [("content-type", response.content_type), *response.headers]
        protocol.response_bytes(response.status, headers, response.body)

    async def _respond(self, scope: Scope, protocol: HTTPProtocol) -> Response:
        headers = dict(scope.headers.items())
        length = _length(headers.get("content-length", ""))
        refused = self._handler.refuse_early(scope.method, scope.path, length or 0)
        if refused:
            return refused
        body = await (_read_limited(protocol) if length is None else protocol())
        if body is None:
            return self._handler.too_large(scope.path)
        return await self._handler.handle(Request(scope.method, scope.path, headers, body))


def _length(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


async def _read_limited(protocol: HTTPProtocol) -> bytes | None:
    """A body that does not tell its length: None as soon as it is too long."""
    body = bytearray()
    async for chunk in protocol:
        body += chunk
        if len(body) > MOST_BODY:
            return None
    return bytes(body)
