"""Who sent a request: decided on raw bytes, in constant time, before anything is parsed.

Every active secret is tried, so the time does not tell which one matched.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from stratum.collector.settings import SecretSettings
from stratum.settings import SettingsError, read_secret

SIGNING_PREFIX = "whsec_"
TOLERANCE_SECONDS = 300

Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Secret:
    """`signing`: the value is the key of Standard Webhooks signatures, never a token."""

    name: str
    value: bytes
    sample: bool = False
    signing: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    secret: Secret


@dataclass(frozen=True, slots=True)
class Refused:
    reason: str
    hint: str


Decision = Accepted | Refused


def load_secrets(settings: Iterable[SecretSettings]) -> tuple[Secret, ...]:
    return tuple(_load(entry) for entry in settings)


def check_bearer(headers: Headers, secrets: Sequence[Secret]) -> Decision:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return Refused("there is no bearer token", "send Authorization: Bearer <token>")
    return _decide(
        [(secret, token.strip().encode()) for secret in secrets],
        "the bearer token is not one of the active ones",
        "send the token that this collector was given for the source",
    )


def check_github(headers: Headers, body: bytes, secrets: Sequence[Secret]) -> Decision:
    sent = headers.get("x-hub-signature-256", "")
    if not sent:
        return Refused("there is no X-Hub-Signature-256", "set a secret in the webhook's settings")
    return _decide_signed(
        [(secret, _github_signature(secret, body)) for secret in secrets],
        [sent],
        "the X-Hub-Signature-256 does not match the body",
        "set the same secret in the webhook's settings and in this collector",
    )


def check_gitlab(
    headers: Headers, body: bytes, secrets: Sequence[Secret], now_seconds: float
) -> Decision:
    """A signature, where there is one, must pass: a token beside it counts for nothing."""
    if "webhook-signature" in headers:
        signing = [secret for secret in secrets if secret.signing]
        return _check_standard(headers, body, signing, now_seconds)
    token = headers.get("x-gitlab-token", "")
    if not token:
        return Refused(
            "there is neither an X-Gitlab-Token nor a webhook-signature",
            "set a secret token or a signing token in the webhook's settings",
        )
    return _decide(
        [(secret, token.encode()) for secret in secrets if not secret.signing],
        "the X-Gitlab-Token is not one of the active ones",
        "set the same token in the webhook's settings and in this collector",
    )


def _check_standard(
    headers: Headers, body: bytes, secrets: Sequence[Secret], now_seconds: float
) -> Decision:
    identity = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not identity or not timestamp.isascii() or not timestamp.isdigit():
        return Refused(
            "the signature lacks a webhook-id or a webhook-timestamp",
            "send all three headers of Standard Webhooks",
        )
    if abs(now_seconds - int(timestamp[:20])) > TOLERANCE_SECONDS:
        return Refused(
            f"the webhook-timestamp is more than {TOLERANCE_SECONDS} seconds away",
            "check the clocks of both machines",
        )
    signed = f"{identity}.{timestamp}.".encode() + body
    return _decide_signed(
        [(secret, _standard_signature(secret, signed)) for secret in secrets],
        headers["webhook-signature"].split(),
        "the webhook-signature does not match the body",
        "set the same signing token in the webhook's settings and in this collector",
    )


def _decide(candidates: Sequence[tuple[Secret, bytes]], reason: str, hint: str) -> Decision:
    matched = [secret for secret, sent in candidates if hmac.compare_digest(secret.value, sent)]
    return Accepted(matched[0]) if matched else Refused(reason, hint)


def _decide_signed(
    expected: Sequence[tuple[Secret, str]], sent: Sequence[str], reason: str, hint: str
) -> Decision:
    matched = [
        secret
        for secret, signature in expected
        for candidate in sent
        if hmac.compare_digest(signature.encode(), candidate.encode())
    ]
    return Accepted(matched[0]) if matched else Refused(reason, hint)


def _github_signature(secret: Secret, body: bytes) -> str:
    return "sha256=" + hmac.new(secret.value, body, hashlib.sha256).hexdigest()


def _standard_signature(secret: Secret, signed: bytes) -> str:
    digest = hmac.new(secret.value, signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def _load(entry: SecretSettings) -> Secret:
    text = read_secret(entry.file)
    if not text.startswith(SIGNING_PREFIX):
        return Secret(entry.name, text.encode(), entry.sample)
    try:
        key = base64.b64decode(text.removeprefix(SIGNING_PREFIX), validate=True)
    except binascii.Error as error:
        raise SettingsError(
            f"the signing secret {entry.name} is not base64 after {SIGNING_PREFIX}",
            where=str(entry.file),
            hint="copy the whole signing token",
        ) from error
    return Secret(entry.name, key, entry.sample, signing=True)
