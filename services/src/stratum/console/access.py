"""Who may look and who may act: tokens, and the signed session that stands for one.

Pure; the clock is an argument. A session dies with the token that signed it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Literal

import msgspec

Role = Literal["operator", "viewer"]
ViewerAccess = Literal["open", "token"]

SESSION_SECONDS = 7 * 86400


class Session(msgspec.Struct, frozen=True):
    role: Role
    expires: int


@dataclass(frozen=True)
class Access:
    """The tokens of this console."""

    viewer_access: ViewerAccess
    operator_token: str = field(repr=False)
    viewer_token: str | None = field(default=None, repr=False)

    def role_of_token(self, token: str) -> Role | None:
        """Both tokens are always compared, so that the time tells nothing."""
        operator = _same(token, self.operator_token)
        viewer = _same(token, self.viewer_token or "") and self.viewer_token is not None
        return "operator" if operator else "viewer" if viewer else None

    def open_session(self, role: Role, now: float) -> str:
        """The value of the cookie."""
        session = msgspec.json.encode(Session(role, int(now) + SESSION_SECONDS))
        return f"{_text(session)}.{_text(self._signature(role, session))}"

    def role_of_session(self, cookie: str, now: float) -> Role | None:
        """None for a cookie that is not ours, was changed, or is over."""
        head, _, tail = cookie.partition(".")
        try:
            content, signature = _bytes(head), _bytes(tail)
            session = msgspec.json.decode(content, type=Session)
        except (ValueError, binascii.Error, msgspec.DecodeError):
            return None
        if session.role == "viewer" and self.viewer_token is None:
            return None
        signed = hmac.compare_digest(signature, self._signature(session.role, content))
        return session.role if signed and now < session.expires else None

    def _signature(self, role: Role, content: bytes) -> bytes:
        token = self.operator_token if role == "operator" else (self.viewer_token or "")
        key = hashlib.sha256(b"stratum console session\0" + token.encode()).digest()
        return hmac.digest(key, content, "sha256")


def _same(left: str, right: str) -> bool:
    digests = (hashlib.sha256(text.encode("utf-8", "replace")).digest() for text in (left, right))
    return hmac.compare_digest(*digests)


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
