"""What the routes work with, and the checks that stand before them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from stratum.console.access import Access, Role
from stratum.console.errors import NotSignedInError
from stratum.console.platform.files import StateFiles
from stratum.console.settings import ConsoleSettings
from stratum.console.stream import Stream
from stratum.console.telemetry import Telemetry
from stratum.console.warehouse import Warehouse
from stratum.health import Health

COOKIE = "stratum_session"


@dataclass(frozen=True)
class Parts:
    settings: ConsoleSettings
    access: Access
    warehouse: Warehouse
    files: StateFiles
    stream: Stream
    telemetry: Telemetry
    health: Health


def parts_of(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts


def role_of(request: Request) -> Role | None:
    """What a bearer token proves, else the session's cookie, else what is open to all."""
    access = parts_of(request).access
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return access.role_of_token(token.strip())
    cookie = request.cookies.get(COOKIE)
    role = access.role_of_session(cookie, time.time()) if cookie else None
    return role or ("viewer" if access.viewer_access == "open" else None)


def may_look(request: Request) -> None:
    """The check before everything that shows something."""
    if role_of(request) is None:
        raise NotSignedInError(
            "this console shows nothing without a token",
            hint="sign in with POST /api/session, or send Authorization: Bearer",
        )


PartsOf = Annotated[Parts, Depends(parts_of)]
RoleOf = Annotated[Role | None, Depends(role_of)]
Looking = Depends(may_look)
