"""Who is asking, signing in and signing out."""

from __future__ import annotations

import time
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from stratum import __version__
from stratum.console.access import SESSION_SECONDS, Role
from stratum.console.errors import WarehouseAwayError, WrongTokenError
from stratum.console.parts import COOKIE, Parts, PartsOf, RoleOf
from stratum.console.refusals import RESPONSES
from stratum.console.rows import SampleRow

router = APIRouter(prefix="/api/session", tags=["session"], responses=RESPONSES)


class SessionModel(BaseModel):
    """`role` is null where nothing may be seen without a token."""

    role: Role | None
    viewer_access: Literal["open", "token"]
    product: str
    environment: str
    version: str
    sample_data: bool


class SignIn(BaseModel):
    token: str = Field(max_length=4096)


@router.get("")
async def show(parts: PartsOf, role: RoleOf) -> SessionModel:
    return await _session(parts, role)


@router.post("")
async def sign_in(
    body: SignIn, request: Request, response: Response, parts: PartsOf
) -> SessionModel:
    role = parts.access.role_of_token(body.token.strip())
    if role is None:
        raise WrongTokenError("this is no token of this console", where="token")
    response.set_cookie(
        COOKIE,
        parts.access.open_session(role, time.time()),
        max_age=SESSION_SECONDS,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return await _session(parts, role)


@router.delete("", status_code=204)
async def sign_out(response: Response) -> None:
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")


async def _session(parts: Parts, role: Role | None) -> SessionModel:
    return SessionModel(
        role=role,
        viewer_access=parts.access.viewer_access,
        product=parts.settings.product,
        environment=parts.settings.environment,
        version=__version__,
        sample_data=await _has_sample_data(parts) if role else False,
    )


async def _has_sample_data(parts: Parts) -> bool:
    """Signing in works without a warehouse; then there is nothing that could be the sample's."""
    try:
        rows = await parts.warehouse.rows("sample", SampleRow)
    except WarehouseAwayError:
        return False
    return any(row.sample for row in rows)
