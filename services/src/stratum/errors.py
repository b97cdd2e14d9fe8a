"""The base of every error a person or a client sees, and its one JSON shape (contracts §6).

Rooms derive from `StratumError`; an HTTP edge answers with `error_json`, a command with `str`.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec


class StratumError(Exception):
    """Says what is wrong, where, and how to mend it."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str, *, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        cure = f"; {self.hint}" if self.hint else ""
        return f"{place}{self.message}{cure}"

    def json(self) -> bytes:
        return error_json(self.code, self.message, hint=self.hint, where=self.where)


class ErrorDetail(msgspec.Struct, frozen=True):
    code: str
    message: str
    hint: str | None = None
    where: str | None = None


class ErrorBody(msgspec.Struct, frozen=True):
    error: ErrorDetail


def error_json(
    code: str, message: str, *, hint: str | None = None, where: str | None = None
) -> bytes:
    return msgspec.json.encode(ErrorBody(ErrorDetail(code, message, hint, where)))
