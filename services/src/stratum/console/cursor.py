"""Where a page of deployments ended: the time and key of its last row, as one opaque text."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime

import msgspec

from stratum.console.errors import InvalidRequestError

END_OF_TIME = datetime(2290, 1, 1, tzinfo=UTC)


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """The next page begins with the first deployment before this one."""

    at: datetime = END_OF_TIME
    key: str = ""

    def text(self) -> str:
        return base64.urlsafe_b64encode(msgspec.json.encode(self)).decode().rstrip("=")


def read_cursor(text: str) -> Cursor:
    """An empty text is the beginning."""
    if not text:
        return Cursor()
    try:
        content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        cursor = msgspec.json.decode(content, type=Cursor)
    except (ValueError, binascii.Error, msgspec.DecodeError) as error:
        raise InvalidRequestError(
            "this is no cursor of ours",
            where="cursor",
            hint="give the `next` of the page before, or leave it out",
        ) from error
    if cursor.at.tzinfo is None or not 1970 <= cursor.at.year <= END_OF_TIME.year:
        raise InvalidRequestError("this is no cursor of ours", where="cursor", hint="leave it out")
    return cursor
