"""The values of DeepFlow's chart: its server, where that keeps its data, and its own agents. Pure.

The server writes to ClickHouse past any Service: it is told addresses, or a Service without one.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

from ..structured.reading import Problems
from .parts import Composed, bare, check_cluster, image, merged, secrets

ROLE = "deepflow"
PROGRAMS = ("server", "app", "agent")
OTHER_PARTS = ("grafana", "stella-agent-ce", "byconity")


def server_values(inputs: Mapping[str, Any]) -> Composed:
    """All that the role's inputs say, without their prefix; `values` go over what is made here."""
    found = Composed()
    check_cluster(f"{ROLE}_cluster", inputs, found.problems)
    parts = (
        _everywhere(inputs),
        _programs(inputs, found.problems),
        _mysql(inputs, found.problems),
        _clickhouse(inputs, found.problems),
        {name: {"enabled": False} for name in OTHER_PARTS},
        inputs["values"],
    )
    for part in parts:
        found.values = merged(found.values, part)
    return found


def _everywhere(inputs: Mapping[str, Any]) -> dict[str, Any]:
    registry = {"repository": inputs["registry"]} if inputs["registry"] else {}
    clock = {"ntpServer": inputs["ntp_server"]} if inputs["ntp_server"] else {}
    return {
        "global": {
            "image": {**registry, "pullPolicy": "IfNotPresent"},
            "imagePullSecrets": secrets(inputs["pull_secrets"]),
            "replicas": inputs["replicas"],
            "timezone": inputs["timezone"],
            "nodePort": {
                "deepflowServerGrpc": inputs["grpc_node_port"],
                "deepflowServerIngester": inputs["ingester_node_port"],
                "deepflowServerhealthCheck": inputs["health_node_port"],
            },
            **clock,
        }
    }


def _programs(inputs: Mapping[str, Any], problems: Problems) -> dict[str, Any]:
    unknown = sorted(set(inputs["images"]) - set(PROGRAMS))
    if unknown:
        known = ", ".join(PROGRAMS)
        problems.add(f"{ROLE}_images", f"has {', '.join(unknown)}", f"it may have {known}")
    images = {
        program: image(f"{ROLE}_images.{program}", given, problems)
        for program, given in inputs["images"].items()
        if program in PROGRAMS
    }
    agent = images.pop("agent", {})
    return {
        "image": images,
        "server": {
            "resources": inputs["resources"],
            "service": {"type": inputs["service_type"]},
        },
        "app": {"resources": inputs["app_resources"]},
        "deepflow-agent": {
            "enabled": inputs["own_agents"],
            "image": agent,
            "deepflowK8sClusterID": inputs["cluster_id"],
            "clusterNAME": inputs["cluster_name"],
        },
    }


def _mysql(inputs: Mapping[str, Any], problems: Problems) -> dict[str, Any]:
    for name in ("mysql_address", "mysql_password"):
        _check_given(name, inputs, problems)
    host, _, port = inputs["mysql_address"].rpartition(":")
    if inputs["mysql_address"] and not (host and port.isdecimal()):
        where, given = f"{ROLE}_mysql_address", inputs["mysql_address"]
        problems.add(where, f"is {given}", "write host and port, as in mysql.storage.svc:3306")
    database = {"database": inputs["mysql_database"]}
    return {
        "global": {
            "externalMySQL": {
                "enabled": True,
                "ip": host,
                "port": port,
                "username": bare(inputs["mysql_user"]),
                "password": bare(inputs["mysql_password"]),
            }
        },
        "mysql": {"enabled": False},
        "configmap": {"server.yaml": {"controller": {"mysql": database}}},
    }


def _clickhouse(inputs: Mapping[str, Any], problems: Problems) -> dict[str, Any]:
    service, hosts = inputs["clickhouse_service"], inputs["clickhouse_hosts"]
    _check_given("clickhouse_password", inputs, problems)
    if bool(service) == bool(hosts):
        says = "both given" if service else "both empty"
        both = f"{ROLE}_clickhouse_service and {ROLE}_clickhouse_hosts"
        problems.add(both, f"are {says}", "give one of them")
    for number, host in enumerate(hosts):
        _check_address(f"{ROLE}_clickhouse_hosts[{number}]", host, problems)
    values: dict[str, Any] = {
        "global": {
            "externalClickHouse": {
                "enabled": True,
                "clusterName": inputs["clickhouse_cluster"],
                "storagePolicy": inputs["clickhouse_storage_policy"],
                "username": bare(inputs["clickhouse_user"]),
                "password": bare(inputs["clickhouse_password"]),
                "hosts": [{"ip": host, "port": inputs["clickhouse_port_number"]} for host in hosts],
            }
        },
        "clickhouse": {"enabled": False},
    }
    return merged(values, _found_by(service, inputs)) if service else values


def _found_by(service: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """All three parts of the server look for the addresses behind a Service of their namespace."""
    place = {"host": service, "port": inputs["clickhouse_port_number"]}
    by_name = {**place, "endpoint-tcp-port-name": inputs["clickhouse_port_name"]}
    return {
        "configmap": {
            "server.yaml": {
                "controller": {"clickhouse": by_name},
                "querier": {"clickhouse": place},
                "ingester": {"ckdb": by_name},
            }
        }
    }


def _check_address(where: str, host: str, problems: Problems) -> None:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        cure = f"give an IP address, as it looks up no names; or {ROLE}_clickhouse_service"
        problems.add(where, f"is {host}", cure)


def _check_given(name: str, inputs: Mapping[str, Any], problems: Problems) -> None:
    if not inputs[name]:
        cure = "give it a value, in a product as a reference such as {output: mysql.address}"
        problems.add(f"{ROLE}_{name}", "is empty", cure)
