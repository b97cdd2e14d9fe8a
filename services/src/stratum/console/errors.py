"""The errors this room answers with; each carries its HTTP status (shape: contracts §6)."""

from __future__ import annotations

from typing import ClassVar

from stratum.errors import StratumError


class ConsoleError(StratumError):
    """The base of what an API call can be refused with."""

    status: ClassVar[int] = 500


class WarehouseAwayError(ConsoleError):
    code = "warehouse_away"
    status = 503


class NotSignedInError(ConsoleError):
    code = "not_signed_in"
    status = 401


class WrongTokenError(ConsoleError):
    code = "wrong_token"
    status = 401


class NotFoundError(ConsoleError):
    code = "not_found"
    status = 404


class InvalidRequestError(ConsoleError):
    code = "invalid_request"
    status = 422
