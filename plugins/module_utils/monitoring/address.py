"""Addresses of HTTP servers, as outputs tell them, in the words of Prometheus' configuration."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ..structured.reading import Problems, read_list

PORTS = {"http": 80, "https": 443}
HOST = re.compile(r"[A-Za-z0-9._-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")


@dataclass(frozen=True)
class Address:
    """`https://a:9093/alerts` is the scheme `https`, the target `a:9093` and the path `/alerts`."""

    scheme: str
    target: str
    path: str

    @property
    def port(self) -> int:
        return urlsplit(f"//{self.target}").port or PORTS[self.scheme]


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
    problems = Problems()
    read = [address(where, url, problems) for where, url in read_list(variable, urls, problems)]
    found = [each for each in read if each is not None]
    configs = [_alertmanager(each) for each in found]
    egress = port_rules(each.port for each in found)
    return {"problems": list(problems), "configs": configs, "egress": egress}


def port_rules(ports: Iterable[int]) -> list[dict[str, Any]]:
    """Egress rules of a NetworkPolicy that open these TCP ports, wherever they are."""
    return [{"ports": [{"port": port}]} for port in sorted(set(ports))]


def _alertmanager(each: Address) -> dict[str, Any]:
    prefix = {"path_prefix": each.path} if each.path else {}
    return {"scheme": each.scheme, **prefix, "static_configs": [{"targets": [each.target]}]}
