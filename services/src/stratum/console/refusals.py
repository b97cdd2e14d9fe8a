"""Every refusal of the API in its one JSON shape (contracts §6), the framework's own included."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from stratum.console.edge import HEADERS
from stratum.console.errors import ConsoleError
from stratum.errors import error_json
from stratum.logging import get_logger

log = get_logger("console")

HINTS = {
    404: ("not_found", "there is nothing at this address", "GET /api/openapi.json lists them all"),
    405: ("method_not_allowed", "this address does not take this method", None),
}


class ErrorDetailModel(BaseModel):
    """The inside of the error shape, for the API's description."""

    code: str
    message: str
    hint: str | None
    where: str | None


class ErrorModel(BaseModel):
    error: ErrorDetailModel


RESPONSES: dict[int | str, dict[str, object]] = {
    401: {"model": ErrorModel, "description": "Not signed in"},
    422: {"model": ErrorModel, "description": "A parameter or the body is not as it must be"},
    503: {"model": ErrorModel, "description": "The warehouse is away"},
}
NOT_FOUND: dict[int | str, dict[str, object]] = {404: {"model": ErrorModel}}


def install_refusals(app: FastAPI) -> None:
    app.add_exception_handler(ConsoleError, _own)
    app.add_exception_handler(HTTPException, _framework)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(Exception, _unforeseen)


def answer(
    status: int,
    code: str,
    message: str,
    *,
    hint: str | None = None,
    where: str | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    return Response(
        error_json(code, message, hint=hint, where=where),
        status,
        {"Cache-Control": "no-store", **(headers or {})},
        "application/json",
    )


async def _own(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ConsoleError)
    headers = {503: {"Retry-After": "5"}, 401: {"WWW-Authenticate": "Bearer"}}
    return answer(
        error.status,
        error.code,
        error.message,
        hint=error.hint,
        where=error.where,
        headers=headers.get(error.status),
    )


async def _framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = error.status_code
    code, message, hint = HINTS.get(
        status, (HTTPStatus(status).phrase.lower().replace(" ", "_"), str(error.detail), None)
    )
    allowed = dict(error.headers or {})
    return answer(status, code, message, hint=hint, where=request.url.path, headers=allowed)


async def _validation(_request: Request, error: Exception) -> Response:
    """The first problem is told; its place is the parameter's or field's name."""
    assert isinstance(error, RequestValidationError)
    problem = error.errors()[0]
    place = ".".join(str(part) for part in problem["loc"] if part not in {"query", "body", "path"})
    said = str(problem["msg"])
    return answer(422, "invalid_request", said[:1].lower() + said[1:], where=place or None)


async def _unforeseen(request: Request, error: Exception) -> Response:
    log.error("unforeseen", path=request.url.path, exc_info=error)
    # Answered outside of every layer: the edge does not see it.
    message = "the console failed; its log says why"
    return answer(500, "internal_error", message, headers=HEADERS)
