"""The values of DeepFlow's chart, from a role's inputs."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.deepflow.server import server_values

GIVEN: dict[str, Any] = {
    "images": {},
    "registry": "",
    "pull_secrets": [],
    "mysql_address": "mysql.storage.svc:3306",
    "mysql_database": "deepflow",
    "mysql_user": "deepflow",
    "mysql_password": "word",
    "clickhouse_service": "clickhouse-pods",
    "clickhouse_port_name": "native",
    "clickhouse_hosts": [],
    "clickhouse_port_number": 9000,
    "clickhouse_cluster": "stratum",
    "clickhouse_storage_policy": "default",
    "clickhouse_user": "deepflow",
    "clickhouse_password": "word",
    "replicas": 1,
    "resources": {},
    "app_resources": {},
    "own_agents": True,
    "service_type": "NodePort",
    "grpc_node_port": 30035,
    "ingester_node_port": 30033,
    "health_node_port": 30417,
    "cluster_name": "main",
    "cluster_id": "d-1",
    "timezone": "UTC",
    "ntp_server": "",
    "values": {},
}


def values(**inputs: Any) -> dict[str, Any]:
    composed = server_values(GIVEN | inputs)
    assert composed.problems == []
    return composed.values


def problems(**inputs: Any) -> list[str]:
    return list(server_values(GIVEN | inputs).problems)


def test_the_chart_brings_no_database_and_no_grafana() -> None:
    made = values()
    others = ("mysql", "clickhouse", "grafana", "byconity", "stella-agent-ce")
    assert [made[name] for name in others] == [{"enabled": False}] * len(others)


def test_an_image_by_digest_is_split_where_the_chart_joins_it() -> None:
    digest = "a" * 64
    images = {"server": f"r.example.org:5000/df/server@sha256:{digest}", "app": "app:v7"}
    assert values(images=images)["image"] == {
        "server": {"repository": "r.example.org:5000/df/server@sha256", "tag": digest},
        "app": {"repository": "app", "tag": "v7"},
    }


def test_the_image_of_the_agent_is_that_of_the_inner_chart() -> None:
    assert values(images={"agent": "agent:v7"})["deepflow-agent"]["image"] == {
        "repository": "agent",
        "tag": "v7",
    }


def test_a_password_is_one_value_of_yaml_whatever_is_in_it() -> None:
    made = values(mysql_password='a: "b"', clickhouse_password="123")
    assert made["global"]["externalMySQL"]["password"] == '"a: \\"b\\""'
    assert made["global"]["externalClickHouse"]["password"] == '"123"'


def test_a_service_is_what_all_three_parts_look_for() -> None:
    told = values()["configmap"]["server.yaml"]
    parts = (
        told["controller"]["clickhouse"],
        told["querier"]["clickhouse"],
        told["ingester"]["ckdb"],
    )
    assert {part["host"] for part in parts} == {"clickhouse-pods"}


def test_without_a_service_the_chart_makes_one_of_the_addresses() -> None:
    made = values(clickhouse_service="", clickhouse_hosts=["10.0.0.7", "fd00::7"])
    hosts = made["global"]["externalClickHouse"]["hosts"]
    assert hosts == [{"ip": "10.0.0.7", "port": 9000}, {"ip": "fd00::7", "port": 9000}]
    assert "clickhouse" not in made["configmap"]["server.yaml"]["controller"]


def test_what_is_given_besides_goes_over_what_is_made() -> None:
    made = values(
        values={"global": {"timezone": "Asia/Tokyo"}, "server": {"podLabels": {"a": "b"}}}
    )
    assert made["global"]["timezone"] == "Asia/Tokyo"
    assert made["global"]["replicas"] == 1
    assert made["server"]["service"] == {"type": "NodePort"}


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert (
        len(problems(mysql_address="", mysql_password="", clickhouse_service="", cluster_id="-"))
        == 4
    )


@pytest.mark.parametrize("name", ["no-tag", "a b:1", "a@sha256:short"])
def test_what_is_no_image_is_refused(name: str) -> None:
    assert problems(images={"app": name}) == [
        f"deepflow_images.app is {name}; give an image as name@sha256:… or name:tag"
    ]
