"""Probes: one question each to a port, an HTTP address, a query or a program, answered by a Status.

A probe is a map as in a role's `meta/component.yml`, with its templates already filled in.
"""

from __future__ import annotations

import base64
import json
import socket
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from http.client import HTTPException
from pathlib import Path
from typing import Any

from .status import State, Status

TIMEOUT_SECONDS = 3.0
BODY_LIMIT = 1 << 20  # bytes; an answer may be without an end
Probe = Mapping[str, Any]
# Probes go to the address they name: a proxy of the environment would answer for itself.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class UnknownProbeError(ValueError):
    """A probe of a kind that does not exist; the message names those that do."""


def ask(probe: Probe, program: Callable[[str], Status]) -> Status:
    """The status that one probe sees now.

    Args:
        probe: `kind` and the keys of that kind (docs/contracts.md §5).
        program: the status of a program of the machine's service manager, by name.
    """
    kind = probe["kind"]
    if kind == "program":
        return program(probe["name"])
    if kind not in _KINDS:
        known = ", ".join(sorted([*_KINDS, "program"]))
        raise UnknownProbeError(f"there is no probe of kind {kind!r}; there are {known}")
    return _KINDS[kind](probe)


def http(probe: Probe) -> Status:
    """An HTTP address answers with the wanted status, and body where one is wanted."""
    url, wanted = probe["url"], int(probe.get("status", 200))
    request = urllib.request.Request(url, headers={"User-Agent": "stratum-ready"})
    status, body, error = _fetch(request)
    if error:
        return Status(State.IN_PROGRESS, f"{url} does not answer: {error}")
    if status != wanted:
        return Status(State.IN_PROGRESS, f"{url} answers {status}, not {wanted}", (body[:500],))
    if probe.get("contains") and probe["contains"] not in body:
        return Status(
            State.IN_PROGRESS, f"{url} does not contain {probe['contains']!r}", (body[:500],)
        )
    different = _different(probe.get("json", {}), body)
    if different:
        return Status(State.IN_PROGRESS, f"{url}: {different}", (body[:500],))
    return Status(State.CURRENT, f"{url} answers {status}")


def tcp(probe: Probe) -> Status:
    """A TCP port accepts a connection."""
    host, port = probe["host"], int(probe["port"])
    try:
        with socket.create_connection((host, port), timeout=TIMEOUT_SECONDS):
            return Status(State.CURRENT, f"{host}:{port} accepts connections")
    except OSError as error:
        return Status(State.IN_PROGRESS, f"{host}:{port} does not accept connections: {error}")


def sql(probe: Probe) -> Status:
    """A query over the ClickHouse HTTP interface gives the wanted text."""
    query = probe["query"]
    request = urllib.request.Request(probe["url"], data=query.encode(), method="POST")
    if probe.get("user"):
        try:
            password = Path(probe["password_file"]).read_text(encoding="utf-8")
        except OSError as missing:
            return Status(State.IN_PROGRESS, f"the password of {probe['user']}: {missing}")
        token = base64.b64encode(f"{probe['user']}:{password}".encode()).decode()
        request.add_header("Authorization", f"Basic {token}")
    status, body, error = _fetch(request)
    if error:
        return Status(State.IN_PROGRESS, f"{probe['url']} does not answer: {error}")
    wanted = str(probe["expect"])
    if status != 200 or body.strip() != wanted:
        sentence = f"{query!r} gives {body.strip()[:200]!r} (HTTP {status}), not {wanted!r}"
        return Status(State.IN_PROGRESS, sentence)
    return Status(State.CURRENT, f"{query!r} gives {wanted!r}")


_KINDS: dict[str, Callable[[Probe], Status]] = {"http": http, "tcp": tcp, "sql": sql}


def _fetch(request: urllib.request.Request) -> tuple[int, str, str]:
    """Status code, body, and the reason where no answer came."""
    try:
        with _opened(request) as answer:
            return answer.status, answer.read(BODY_LIMIT).decode(errors="replace"), ""
    except (OSError, HTTPException) as error:
        return 0, "", str(getattr(error, "reason", error)) or type(error).__name__


def _opened(request: urllib.request.Request) -> Any:  # noqa: ANN401  (urllib has no type for it)
    """The answer, whatever its status is."""
    try:
        return _DIRECT.open(request, timeout=TIMEOUT_SECONDS)
    except urllib.error.HTTPError as error:
        return error


def _different(wanted: Mapping[str, Any], body: str) -> str:
    if not wanted:
        return ""
    try:
        seen = json.loads(body)
    except ValueError:
        return "the answer is not JSON"
    if not isinstance(seen, dict):
        return f"the answer is {body[:200]!r}, not a map"
    for key, value in wanted.items():
        if seen.get(key) != value:
            return f"{key} is {seen.get(key)!r}, not {value!r}"
    return ""
