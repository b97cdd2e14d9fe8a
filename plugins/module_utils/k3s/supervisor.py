"""The port of a K3s server, as one sees it that does not belong to its cluster yet."""

from __future__ import annotations

import base64
import hashlib
import json
import ssl
import urllib.error
import urllib.request
from http.client import HTTPException

from .decision import Server

SECONDS = 5.0
# What needs the token of a server, and of an agent, to be read; neither answer holds a secret.
ASKED = {"server": "/v1-k3s/encrypt/status", "node": "/v1-k3s/config"}


class SupervisorError(Exception):
    """A server does not do what it was asked; the message says which, what and why."""


def authority(url: str) -> str:
    """The PEM text of a server's authority; empty where no K3s server answers.

    It is read without knowing whom to trust: only its digest tells which cluster it is.
    """
    blind = ssl.create_default_context()
    blind.check_hostname, blind.verify_mode = False, ssl.CERT_NONE
    try:
        text = _call(f"{url}/cacerts", blind)
    except (OSError, HTTPException):
        return ""
    return text if "BEGIN CERTIFICATE" in text else ""


def digest(pem: str) -> str:
    """The digest that a full token begins with."""
    return hashlib.sha256(pem.encode()).hexdigest()


def look(url: str, user: str, token: str) -> Server | None:
    """Whether a server lives at an address, and lets `user` (`server` or `node`) in."""
    url = url.rstrip("/")
    pem = authority(url)
    if not pem:
        return None
    trusted = ssl.create_default_context(cadata=pem)
    trusted.check_hostname = False  # a server may be reached under an address that it does not know
    try:
        _call(f"{url}{ASKED[user]}", trusted, (user, token))
        accepts = True
    except urllib.error.HTTPError as error:
        accepts = error.code not in (401, 403)
    except (OSError, HTTPException):
        accepts = False
    return Server(url, digest(pem), accepts)


def rotate(url: str, pem: str, before: str, after: str) -> None:
    """Give a cluster another token.

    Raises:
        SupervisorError: it does not take it.
    """
    trusted = ssl.create_default_context(cadata=pem)
    try:
        _call(f"{url}/v1-k3s/token", trusted, ("server", before), {"newToken": after})
    except (OSError, HTTPException) as error:
        raise SupervisorError(
            f"{url} does not take the new token ({error}); look into its journal, and give the old "
            "token as k3s_token meanwhile"
        ) from error


def _call(
    url: str, trust: ssl.SSLContext, login: tuple[str, str] | None = None, body: object = None
) -> str:
    request = urllib.request.Request(url, method="PUT" if body else "GET")
    if login:
        pair = base64.b64encode(":".join(login).encode()).decode()
        request.add_header("Authorization", f"Basic {pair}")
    if body:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    # A proxy of the environment would answer for itself.
    handlers = (urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trust))
    with urllib.request.build_opener(*handlers).open(request, timeout=SECONDS) as answer:
        return str(answer.read(1 << 20).decode(errors="replace"))
