"""Errors of a query, in ClickHouse's numbers, words and HTTP status codes."""

from __future__ import annotations

import re

from stratum.errors import StratumError

BAD_ARGUMENTS = 36
SYNTAX_ERROR = 62
UNKNOWN_COMPRESSION = 89
TOO_LARGE = 307
REQUIRED_PASSWORD = 194
ACCESS_DENIED = 497
AUTHENTICATION_FAILED = 516

NAMES = {
    BAD_ARGUMENTS: "BAD_ARGUMENTS",
    SYNTAX_ERROR: "SYNTAX_ERROR",
    UNKNOWN_COMPRESSION: "UNKNOWN_COMPRESSION_METHOD",
    TOO_LARGE: "TOO_MANY_BYTES",
    REQUIRED_PASSWORD: "REQUIRED_PASSWORD",
    ACCESS_DENIED: "ACCESS_DENIED",
    AUTHENTICATION_FAILED: "AUTHENTICATION_FAILED",
}
UNAUTHORIZED = {REQUIRED_PASSWORD}
FORBIDDEN = {192, 193, 291, ACCESS_DENIED, AUTHENTICATION_FAILED}
UNREADABLE = {6, 26, 27, 33, 34, 38, 41, 43, 53, 56, 69, 70, 72, 117, 130, 131, 349, 441, 456, 457}
UNREADABLE |= {BAD_ARGUMENTS, SYNTAX_ERROR, UNKNOWN_COMPRESSION}
UNKNOWN_THINGS = {16, 46, 47, 50, 60, 63, 73, 78, 81, 115, 119}
STATUS_OF = {
    **dict.fromkeys(UNAUTHORIZED, 401),
    **dict.fromkeys(FORBIDDEN, 403),
    **dict.fromkeys(UNREADABLE, 400),
    **dict.fromkeys(UNKNOWN_THINGS, 404),
    48: 501,
    159: 408,
    TOO_LARGE: 413,
}
ENGINE_TEXT = re.compile(r"Code: (\d+)\.")
VERSION = re.compile(r"\s*\(version [\d.]+(?: \([^)]*\))?\)\.?\s*")


class WarehouseError(StratumError):
    """The warehouse cannot start or serve as it is set up."""

    code = "warehouse_unavailable"


class QueryError(Exception):
    """A query failed; `text` is the body of the answer."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text

    @property
    def status(self) -> int:
        return STATUS_OF.get(self.code, 500)


def refused(code: int, message: str) -> QueryError:
    """An error of this front, in the engine's form."""
    return QueryError(code, f"Code: {code}. DB::Exception: {message} ({NAMES[code]})")


def from_engine(error: RuntimeError) -> QueryError:
    text = VERSION.sub("", str(error)).strip()
    match = ENGINE_TEXT.match(text)
    return QueryError(int(match.group(1)) if match else 1002, text)
