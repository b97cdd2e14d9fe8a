"""Who is asking: a request's credentials against the users of the settings."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from stratum.warehouse.access import Access
from stratum.warehouse.errors import AUTHENTICATION_FAILED, REQUIRED_PASSWORD, refused


@dataclass(frozen=True, slots=True)
class User:
    name: str
    password: str = field(repr=False)
    access: Access


@dataclass(frozen=True, slots=True)
class Credentials:
    name: str
    password: str = field(repr=False)


def read_credentials(
    headers: Mapping[str, str], parameters: Mapping[str, str]
) -> Credentials | None:
    """ClickHouse's three ways: its own headers, Basic, or the address; one of them only."""
    found = [
        credentials
        for credentials in (
            _pair(headers, "x-clickhouse-user", "x-clickhouse-key"),
            _basic(headers.get("authorization", "")),
            _pair(parameters, "user", "password"),
        )
        if credentials is not None
    ]
    if len(found) > 1:
        raise refused(
            AUTHENTICATION_FAILED,
            "Invalid authentication: it is not allowed to use several authentication methods "
            "simultaneously",
        )
    return found[0] if found else None


def authenticate(users: tuple[User, ...], given: Credentials | None) -> User:
    if given is None:
        raise refused(REQUIRED_PASSWORD, "A user and a password are needed")
    accepted = None
    for user in users:
        # Every user is compared, so that the time tells nothing of which names exist.
        same = _same(user.name, given.name) & _same(user.password, given.password)
        accepted = user if same else accepted
    if accepted is None:
        raise refused(
            AUTHENTICATION_FAILED,
            f"{given.name}: Authentication failed: password is incorrect, "
            "or there is no user with such name.",
        )
    return accepted


def _same(left: str, right: str) -> bool:
    digests = (hashlib.sha256(value.encode("utf-8", "replace")).digest() for value in (left, right))
    return hmac.compare_digest(*digests)


def _pair(values: Mapping[str, str], name: str, password: str) -> Credentials | None:
    if name not in values and password not in values:
        return None
    return Credentials(values.get(name, "default"), values.get(password, ""))


def _basic(header: str) -> Credentials | None:
    scheme, _, value = header.partition(" ")
    if not header:
        return None
    try:
        if scheme.lower() != "basic":
            raise ValueError(scheme)
        text = base64.b64decode(value.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError) as error:
        raise refused(
            AUTHENTICATION_FAILED, "Invalid authentication: expected 'Basic' HTTP credentials"
        ) from error
    name, _, password = text.partition(":")
    return Credentials(name, password)
