"""From an authenticated webhook to what is kept of it: an event, or the reason why it is none.

Looks only for the event's name and its delivery id; the rest is read by `stratum.events`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from stratum.collector import kinds

_KEPT_HEADERS = """
content-type idempotency-key user-agent webhook-id webhook-timestamp x-github-delivery
x-github-event x-github-hook-id x-github-hook-installation-target-id
x-github-hook-installation-target-type x-gitlab-event x-gitlab-event-uuid x-gitlab-instance
x-gitlab-webhook-uuid
"""
KEPT_HEADERS = frozenset(_KEPT_HEADERS.split())
LONGEST_ID = 200

Headers = Mapping[str, str]
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    kind: str
    delivery: str
    body: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Kept and acknowledged all the same: a sender that gets 4xx may give up for good."""

    reason: str
    delivery: str


class _NotAnEventError(Exception):
    """Its text is the reason."""


def read_event(source: str, headers: Headers, body: bytes) -> Event | Unreadable:
    read = _READERS[source]
    document: Document = {}
    try:
        text, document = _decode(headers, body)
        kind = read.kind(headers, document)
    except _NotAnEventError as error:
        return Unreadable(str(error), _delivery(read, headers, document, body))
    return Event(kind, _delivery(read, headers, document, body), text)


def kept_headers(headers: Headers) -> dict[str, str]:
    """Named ones only: a credential in a header nobody thought of is not kept either."""
    return {name: headers[name] for name in sorted(KEPT_HEADERS & headers.keys())}


def delivery_key(sent: str) -> str:
    """What a sender calls its delivery, if it can be kept as it is, else its digest."""
    if len(sent) <= LONGEST_ID and sent.isprintable():
        return sent
    return _digest(sent.encode())


def _decode(headers: Headers, body: bytes) -> tuple[str, Document]:
    if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise _NotAnEventError(
            "the body is form-encoded: set the webhook's content type to application/json"
        )
    try:
        text = body.decode()
        document = msgspec.json.decode(text)
    except UnicodeDecodeError as error:
        raise _NotAnEventError(f"the body is not UTF-8 at byte {error.start}") from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise _NotAnEventError(f"the body is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise _NotAnEventError("the body is JSON, but not an object")
    return text, document


def _delivery(read: _Reader, headers: Headers, document: Document, body: bytes) -> str:
    """Without an id of its own a delivery is known by its content."""
    return delivery_key(read.delivery(headers, document)) or _digest(body)


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _github_kind(headers: Headers, _document: Document) -> str:
    name = headers.get("x-github-event", "").lower()
    if not name:
        raise _NotAnEventError("there is no X-GitHub-Event header")
    return _known("GitHub", name, kinds.GITHUB)


def _gitlab_kind(_headers: Headers, document: Document) -> str:
    name = document.get("object_kind")
    if not isinstance(name, str) or not name:
        raise _NotAnEventError("the body has no object_kind")
    return _known("GitLab", name.lower(), kinds.GITLAB)


def _known(product: str, name: str, names: frozenset[str]) -> str:
    if name not in names:
        raise _NotAnEventError(f"{name[:80]!r} is not an event of {product}")
    return name


def _argocd_kind(_headers: Headers, _document: Document) -> str:
    return "deployment"


def _github_delivery(headers: Headers, _document: Document) -> str:
    return headers.get("x-github-delivery", "")


def _gitlab_delivery(headers: Headers, _document: Document) -> str:
    # The event UUID comes last: webhooks that one webhook caused share it.
    names = ("idempotency-key", "webhook-id", "x-gitlab-event-uuid")
    return next((headers[name] for name in names if headers.get(name)), "")


def _argocd_delivery(_headers: Headers, document: Document) -> str:
    parts = [document.get(name) for name in ("uid", "finished_at", "phase")]
    if all(isinstance(part, str) and part for part in parts):
        return ":".join(map(str, parts))
    return ""


@dataclass(frozen=True, slots=True)
class _Reader:
    kind: Callable[[Headers, Document], str]
    delivery: Callable[[Headers, Document], str]


_READERS = {
    "argocd": _Reader(_argocd_kind, _argocd_delivery),
    "github": _Reader(_github_kind, _github_delivery),
    "gitlab": _Reader(_gitlab_kind, _gitlab_delivery),
}
