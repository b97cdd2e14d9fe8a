"""A request and its answer, whatever HTTP server carries them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from stratum.errors import error_json

JSON = "application/json"

RETRY_AFTER_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Request:
    """`headers` has names in lower case. The body is as it came: signatures are over it."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    body: bytes
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()


def answer(status: int, body: object) -> Response:
    return Response(status, msgspec.json.encode(body))


def refuse(
    status: int,
    code: str,
    message: str,
    *,
    hint: str | None = None,
    where: str | None = None,
    headers: tuple[tuple[str, str], ...] = (),
) -> Response:
    return Response(status, error_json(code, message, hint=hint, where=where), headers=headers)


def unavailable(reason: str) -> Response:
    return refuse(
        503,
        "unavailable",
        reason,
        hint=f"send it again in {RETRY_AFTER_SECONDS} seconds",
        headers=(("retry-after", str(RETRY_AFTER_SECONDS)),),
    )
