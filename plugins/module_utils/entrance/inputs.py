"""What a role's inputs `<role>_ingress` and `<role>_route` say of a way in. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..structured.kinds import entries, flag, text
from ..structured.reading import Key, Problems, UnfitError, read_sound_map

HOST = re.compile(r"([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)+[a-z0-9]([-a-z0-9]*[a-z0-9])?")
ISSUER_KINDS = ("ClusterIssuer", "Issuer")


@dataclass(frozen=True)
class Ingress:
    """By an Ingress; its certificate is in a Secret, of an issuer, or the controller's own."""

    host: str
    ingress_class: str = ""
    annotations: Mapping[str, str] = field(default_factory=dict)
    certificate_secret: str = ""
    issuer: str = ""
    issuer_kind: str = "ClusterIssuer"


@dataclass(frozen=True)
class Route:
    """By a Gateway of somebody else's; with `passthrough` its TLS is left as it comes."""

    host: str
    gateway: str
    gateway_namespace: str = ""
    listener: str = ""
    annotations: Mapping[str, str] = field(default_factory=dict)
    passthrough: bool = False


def read_ingress(variable: str, given: object, problems: Problems) -> Ingress | None:
    """The Ingress that is wanted; None where none is, or where it is not all right."""
    found = _read(variable, given, INGRESS, problems)
    if found is None:
        return None
    if found.get("certificate_secret") and found.get("issuer"):
        problems.add(variable, "has certificate_secret and issuer", "give one of them")
        return None
    return Ingress(**found)


def read_route(variable: str, given: object, problems: Problems) -> Route | None:
    """The route that is wanted; None where none is, or where it is not all right."""
    found = _read(variable, given, ROUTE, problems)
    return None if found is None else Route(**found)


def _read(
    variable: str, given: object, keys: Mapping[str, Key], problems: Problems
) -> dict[str, Any] | None:
    return None if given == {} else read_sound_map(variable, given, keys, problems)


def _host(value: object) -> str:
    if isinstance(value, str) and HOST.fullmatch(value):
        return str(value)
    raise UnfitError("a host name such as gateway.example.org")


def _issuer_kind(value: object) -> str:
    if isinstance(value, str) and value in ISSUER_KINDS:
        return str(value)
    raise UnfitError(" or ".join(ISSUER_KINDS))


def _annotations(value: object) -> dict[str, str]:
    return {text(name): text(content) for name, content in entries(value).items()}


INGRESS: Mapping[str, Key] = {
    "host": Key(_host, required=True),
    "class": Key(text, to="ingress_class"),
    "annotations": Key(_annotations),
    "certificate_secret": Key(text),
    "issuer": Key(text),
    "issuer_kind": Key(_issuer_kind),
}
ROUTE: Mapping[str, Key] = {
    "host": Key(_host, required=True),
    "gateway": Key(text, required=True),
    "gateway_namespace": Key(text),
    "listener": Key(text),
    "annotations": Key(_annotations),
    "passthrough": Key(flag),
}
