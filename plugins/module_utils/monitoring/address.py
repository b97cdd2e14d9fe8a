"""Addresses of HTTP servers, as outputs tell them, in the words of Prometheus' configuration."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from .structure import items

HOST = re.compile(r"[A-Za-z0-9._-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")


@dataclass(frozen=True)
class Address:
    """`https://a:9093/alerts` is the scheme `https`, the target `a:9093` and the path `/alerts`."""

    scheme: str
    target: str
    path: str


def address(where: str, url: object, problems: list[str], *, query: bool = False) -> Address | None:
    """The parts of an address; None, with the reason in `problems`, where it is none."""
    try:
        parts = urlsplit(str(url))
        sound = parts.scheme in ("http", "https") and parts.port != 0 and not parts.fragment
        sound = sound and HOST.fullmatch(parts.netloc) is not None
    except ValueError:
        sound = False
    if not sound or (parts.query and not query):
        problems.append(f"{where} is no plain address; give one such as http://127.0.0.1:9100")
        return None
    return Address(parts.scheme, parts.netloc, parts.path.rstrip("/"))


def alertmanagers(variable: str, urls: object) -> dict[str, Any]:
    """`configs` for `alerting.alertmanagers`, or the `problems` with the addresses."""
    problems: list[str] = []
    found = [address(where, url, problems) for where, url in items(variable, urls, problems)]
    configs = [_alertmanager(each) for each in found if each is not None]
    return {"problems": problems, "configs": configs}


def _alertmanager(each: Address) -> dict[str, Any]:
    prefix = {"path_prefix": each.path} if each.path else {}
    return {"scheme": each.scheme, **prefix, "static_configs": [{"targets": [each.target]}]}
