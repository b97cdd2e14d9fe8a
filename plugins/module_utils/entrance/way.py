"""A role's way in: its inputs read, its objects made, all problems told at once. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..structured.reading import Problems
from .inputs import read_ingress, read_route
from .objects import Object, Target, ingress_objects, route_objects, service_annotations


@dataclass(frozen=True)
class Way:
    """What the role adds to its release.

    Attributes:
        hosts: the names by which clients come.
        objects: further objects of the release.
        annotations: of the Service.
        problems: with the inputs, as sentences; nothing is to be made while there are any.
    """

    hosts: list[str] = field(default_factory=list)
    objects: list[Object] = field(default_factory=list)
    annotations: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def way_in(role: str, inputs: Mapping[str, Any], target: Target) -> Way:
    """The way to `target` that `<role>_ingress` and `<role>_route` ask for, out of `inputs`."""
    problems = Problems()
    ingress = read_ingress(f"{role}_ingress", inputs.get("ingress", {}), problems)
    route = read_route(f"{role}_route", inputs.get("route", {}), problems)
    if route and route.passthrough and target.tls is None:
        where, cure = f"{role}_route.passthrough", "leave it out: the Gateway's listener ends TLS"
        problems.add(where, "is true, but the server itself has no TLS", cure)
    if ingress and target.tls and not ingress.ingress_class:
        cure = "give it: traefik and nginx are told how to reach a server that has TLS itself"
        problems.add(f"{role}_ingress", "has no class", cure)
    if problems:
        return Way(problems=list(problems))
    objects = ingress_objects(ingress, target) if ingress else []
    objects += route_objects(route, target) if route else []
    hosts = [way.host for way in (ingress, route) if way]
    return Way(hosts, objects, service_annotations(ingress, target))
