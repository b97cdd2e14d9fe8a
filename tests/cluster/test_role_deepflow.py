"""The roles deepflow and deepflow_agent, with small charts that take the values of DeepFlow's own.

Chart and programs are stand-ins; what a run does with them, and all objects, are real.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tarfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from roles import Role
from testbed.cluster import Cluster

pytestmark = pytest.mark.platform

CHARTS = Path(__file__).with_name("deepflow_charts")
# Neither the chart nor its configuration may stumble over what a password has in it.
PASSWORDS = {
    "deepflow_mysql_password": 'a: "#b',
    "deepflow_clickhouse_password": "0123456789",
}
SERVER = PASSWORDS | {
    "deepflow_mysql_address": "mysql.storage.svc:3306",
    "deepflow_clickhouse_service": "clickhouse-pods",
    "deepflow_service_type": "ClusterIP",
    "deepflow_resources": {"requests": {"cpu": "10m"}},
    "deepflow_app_resources": {},
    "deepflow_cluster_id": "d-main",
}


@pytest.fixture(scope="session")
def image(cluster: Cluster) -> str:
    return cluster.image("stand-in").by_digest


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    """Both charts as archives; that of the server holds the agents', as DeepFlow's does."""
    folder = tmp_path / "mirror"
    whole = tmp_path / "charts"
    shutil.copytree(CHARTS, whole)
    shutil.copytree(CHARTS / "deepflow-agent", whole / "deepflow" / "charts" / "deepflow-agent")
    folder.mkdir()
    for name in ("deepflow", "deepflow-agent"):
        with tarfile.open(folder / f"{name}.tgz", "w:gz") as archive:
            archive.add(whole / name, name)
    return folder


@pytest.fixture
def server(cluster: Cluster, namespace: str, mirror: Path, tmp_path: Path) -> Role:
    return Role(cluster, "deepflow", namespace, tmp_path / "server")


@pytest.fixture
def agents(cluster: Cluster, namespace: str, mirror: Path, tmp_path: Path) -> Role:
    return Role(cluster, "deepflow_agent", namespace, tmp_path / "agents")


def with_chart(role: Role, name: str, mirror: Path) -> dict[str, Any]:
    file = mirror / f"{name}.tgz"
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    return {
        f"{role.name}_mirror": str(mirror),
        f"{role.name}_file": {"name": file.name, "sha256": sha256},
    }


def of_server(role: Role, mirror: Path, image: str) -> dict[str, Any]:
    images = {"deepflow_images": dict.fromkeys(("server", "app", "agent"), image)}
    return SERVER | images | with_chart(role, "deepflow", mirror)


def read(role: Role, kind: str, name: str) -> dict[str, Any]:
    text = role.cluster.kubectl("-n", role.namespace, "get", kind, name, "--output=json")
    return dict(json.loads(text))


def configuration(role: Role, name: str, file: str) -> dict[str, Any]:
    return dict(yaml.safe_load(read(role, "configmap", name)["data"][file]))


def test_a_look_at_a_clean_cluster_changes_nothing(server: Role, mirror: Path, image: str) -> None:
    assert server.install(of_server(server, mirror, image), "--check", "--diff").changed == 1
    names = server.cluster.kubectl("-n", server.namespace, "get", "deployments", "--output=name")
    assert names == ""


def test_it_keeps_its_data_where_it_is_told_and_a_second_run_changes_nothing(
    server: Role, mirror: Path, image: str
) -> None:
    done = server.install(of_server(server, mirror, image), "--diff")
    assert done.changed == 1
    assert [word for word in PASSWORDS.values() if word in done.text] == []
    told = configuration(server, "deepflow", "server.yaml")
    assert told["controller"]["mysql"] == {
        "host": "mysql.storage.svc",
        "port": 3306,
        "database": "deepflow",
        "user-name": "deepflow",
        "user-password": PASSWORDS["deepflow_mysql_password"],
    }
    found = {"host": "clickhouse-pods", "port": 9000, "endpoint-tcp-port-name": "native"}
    password = {"user-password": PASSWORDS["deepflow_clickhouse_password"]}
    assert told["controller"]["clickhouse"] == found | password
    assert told["ingester"]["ckdb"] == found
    assert server.install(of_server(server, mirror, image)).changed == 0


def test_images_are_those_that_are_given_and_agents_know_their_cluster(
    server: Role, mirror: Path, image: str
) -> None:
    server.install(of_server(server, mirror, image))
    for kind, name in (("deployment", "server"), ("deployment", "app"), ("daemonset", "agent")):
        pods = read(server, kind, f"deepflow-{name}")["spec"]["template"]["spec"]
        assert pods["containers"][0]["image"] == image
    told = configuration(server, "deepflow-agent", "deepflow-agent.yaml")
    assert told["kubernetes-cluster-id"] == "d-main"
    assert told["controller-ips"] == ["deepflow-server"]


def test_addresses_of_clickhouse_become_endpoints(server: Role, mirror: Path, image: str) -> None:
    hosts = {"deepflow_clickhouse_service": "", "deepflow_clickhouse_hosts": ["10.0.0.7"]}
    server.install(of_server(server, mirror, image) | hosts)
    (subset,) = read(server, "endpoints", "deepflow-external-clickhouse")["subsets"]
    assert [address["ip"] for address in subset["addresses"]] == ["10.0.0.7"]
    assert [port["port"] for port in subset["ports"]] == [9000]


def test_another_password_reaches_the_pod(server: Role, mirror: Path, image: str) -> None:
    server.install(of_server(server, mirror, image))
    selector = "--selector=component=deepflow-server"
    names = ("-n", server.namespace, "get", "pods", selector, "--output=name")
    before = server.cluster.kubectl(*names)
    other = {"deepflow_mysql_password": "another"}
    assert server.install(of_server(server, mirror, image) | other).changed == 1
    assert server.cluster.kubectl(*names) != before


def test_agents_of_another_cluster_are_told_what_the_server_recorded(
    agents: Role, mirror: Path, image: str
) -> None:
    given = with_chart(agents, "deepflow-agent", mirror) | {
        "deepflow_agent_servers": ["192.0.2.1", "deepflow.example.org"],
        "deepflow_agent_server_cluster_id": "d-main",
        "deepflow_agent_cluster_name": "edge",
    }
    assert agents.install(given, image=image).changed == 1
    told = configuration(agents, "deepflow-agent", "deepflow-agent.yaml")
    digest = hashlib.sha256(b"d-main/edge").hexdigest()[:10]
    assert told == {
        "controller-ips": ["192.0.2.1", "deepflow.example.org"],
        "controller-port": 30035,
        "kubernetes-cluster-id": f"d-{digest}",
        "kubernetes-cluster-name": "edge",
    }
    assert agents.install(given, image=image).changed == 0


def test_another_archive_than_the_lock_names_is_refused(
    server: Role, mirror: Path, image: str
) -> None:
    given = of_server(server, mirror, image)
    given["deepflow_file"]["sha256"] = "0" * 64
    done = server.run(given)
    assert done.failed
    assert "0" * 64 in done.text


def test_uninstalling_leaves_nothing_of_it(server: Role, mirror: Path, image: str) -> None:
    server.install(of_server(server, mirror, image))
    server.install(of_server(server, mirror, image), tasks="absent")
    kinds = "deployments,daemonsets,services,configmaps,endpoints"
    names = server.cluster.kubectl("-n", server.namespace, "get", kinds, "--output=name").split()
    assert [name for name in names if "kube-root-ca" not in name] == []
