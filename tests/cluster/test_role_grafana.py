"""The role grafana on the cluster: all is real but its program, which has a stand-in."""

from __future__ import annotations

import hashlib
import io
import json
import threading
import zipfile
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from pods import Pods
from roles import Role
from testbed.cluster import Cluster

pytestmark = pytest.mark.platform

PASSWORD = "a-password-of-the-warehouse"
GIVEN: Mapping[str, Any] = {
    "grafana_admin_password": "a-password-of-the-first-account",
    "grafana_secret_key": "a-key-of-its-database",
    "grafana_prometheus_url": "http://prometheus:9090",
    "grafana_loki_url": "http://loki:3100",
    "grafana_warehouse_url": "http://warehouse:8123",
    "grafana_warehouse_password": PASSWORD,
    "grafana_storage_size": "64Mi",
}
SECRETS = [value for name, value in GIVEN.items() if name.endswith(("password", "key"))]
SOURCES = "/etc/stratum/grafana/provisioning/datasources/stratum.yml"


@pytest.fixture(scope="module")
def image(cluster: Cluster) -> str:
    return cluster.image("stand-in").by_digest


@pytest.fixture
def role(cluster: Cluster, namespace: str, tmp_path: Path) -> Role:
    return Role(cluster, "grafana", namespace, tmp_path)


@pytest.fixture
def pods(cluster: Cluster, namespace: str) -> Pods:
    return Pods(cluster, namespace)


def read(pods: Pods, path: str) -> str:
    return pods.kubectl("exec", "grafana-0", "--container=grafana", "--", "cat", path)


def objects(pods: Pods, kinds: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(pods.kubectl("get", kinds, "--output=json"))["items"]
    return found


def test_it_runs_with_what_it_was_given(role: Role, pods: Pods, image: str) -> None:
    role.install(GIVEN, image=image)
    url = pods.url("grafana")
    assert httpx.get(f"{url}/api/health").json() == {"database": "ok"}
    assert httpx.get(f"{url}/stand-in").json()["arguments"] == [
        "server",
        "--homepath=/usr/share/grafana",
        "--config=/etc/stratum/config/grafana.ini",
    ]
    sources = yaml.safe_load(read(pods, SOURCES))["datasources"]
    assert [each["uid"] for each in sources] == ["prometheus", "loki", "warehouse"]
    for provider in yaml.safe_load(
        read(pods, "/etc/stratum/grafana/provisioning/dashboards/stratum.yml")
    )["providers"]:
        listed = pods.kubectl("exec", "grafana-0", "--", "ls", provider["options"]["path"])
        assert listed.split()
    again = role.install(GIVEN, image=image)
    assert again.changed == 0, again.text


def test_secrets_are_files_of_a_secret_and_nowhere_else(role: Role, pods: Pods, image: str) -> None:
    done = role.install(GIVEN, "--diff", "-vv", image=image)
    told = json.dumps(objects(pods, "configmaps,statefulsets,pods,networkpolicies"))
    assert [secret for secret in SECRETS if secret in told or secret in done.text] == []
    assert read(pods, "/etc/stratum/secrets/warehouse.password") == PASSWORD
    named = yaml.safe_load(read(pods, SOURCES))["datasources"][2]["secureJsonData"]
    assert named == {"password": "$__file{/etc/stratum/secrets/warehouse.password}"}
    ini = read(pods, "/etc/stratum/config/grafana.ini")
    assert "admin_password = $__file{/etc/stratum/secrets/admin_password}" in ini


def test_it_has_no_more_rights_than_it_needs(role: Role, pods: Pods, image: str) -> None:
    role.install(GIVEN, image=image)
    (pod,) = objects(pods, "pods")
    spec = pod["spec"]
    (container,) = spec["containers"]
    assert spec["automountServiceAccountToken"] is False
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
    }
    (policy,) = objects(pods, "networkpolicies")
    ports = [rule["ports"] for rule in policy["spec"]["egress"]]
    opened = {port["port"] for rule in ports for port in rule}
    assert opened == {53, 9090, 3100, 8123}


def test_another_parameter_reaches_the_running_program(role: Role, pods: Pods, image: str) -> None:
    role.install(GIVEN, image=image)
    before = pods.uids("grafana")
    role.install({**GIVEN, "grafana_scrape_interval": "30s"}, image=image)
    assert pods.uids("grafana") != before
    assert "timeInterval: 30s" in read(pods, SOURCES)


def test_what_is_wrong_is_refused_before_anything_is_there(
    role: Role, pods: Pods, image: str
) -> None:
    done = role.run({**GIVEN, "grafana_warehouse_password": "pa$word"}, image=image)
    assert done.failed
    said = "grafana_warehouse_password has a dollar sign, which Grafana would not take as one"
    assert said in done.text
    assert objects(pods, "statefulsets,services") == []


def test_uninstalling_keeps_the_volume(role: Role, pods: Pods, image: str) -> None:
    role.install(GIVEN, image=image)
    role.install(GIVEN, image=image, tasks="absent")
    assert objects(pods, "statefulsets,services,secrets,networkpolicies") == []
    kept = [claim["metadata"]["name"] for claim in objects(pods, "persistentvolumeclaims")]
    assert kept == ["data-grafana-0"]


def test_with_a_database_elsewhere_it_keeps_nothing_itself(
    role: Role, pods: Pods, image: str
) -> None:
    mysql = {"grafana_mysql_host": "mysql:3306", "grafana_mysql_password": "of-mysql"}
    role.install({**GIVEN, **mysql}, image=image)
    (deployment,) = objects(pods, "deployments")
    assert deployment["status"]["readyReplicas"] == 1
    assert objects(pods, "persistentvolumeclaims,statefulsets") == []
    ini = pods.kubectl("exec", "deployment/grafana", "--", "cat", "/etc/stratum/config/grafana.ini")
    assert "password = $__file{/etc/stratum/secrets/mysql_password}" in ini


@pytest.fixture(scope="module")
def plugin(cluster: Cluster) -> Iterator[dict[str, str]]:
    """A plug-in's archive, offered by this machine."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("a-panel/plugin.json", '{"id": "a-panel"}')
    body = content.getvalue()

    class Archive(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer((cluster.host_address, 0), Archive)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://{cluster.host_address}:{server.server_address[1]}/a-panel.zip"
    yield {"id": "a-panel", "sha256": hashlib.sha256(body).hexdigest(), "url": url}
    server.shutdown()
    server.server_close()


def test_a_plug_in_is_there_before_the_program(
    role: Role, pods: Pods, image: str, plugin: dict[str, str]
) -> None:
    role.install({**GIVEN, "grafana_plugins": [plugin]}, image=image)
    assert read(pods, "/plugins/a-panel/plugin.json") == '{"id": "a-panel"}'


def test_a_plug_in_with_another_content_is_refused(
    role: Role, pods: Pods, image: str, plugin: dict[str, str]
) -> None:
    wrong = {**plugin, "sha256": "0" * 64}
    patience = {"component_ready_timeout": 20}
    done = role.run({**GIVEN, **patience, "grafana_plugins": [wrong]}, image=image)
    assert done.failed
    log = pods.kubectl("logs", "grafana-0", "--container=plugins")
    assert "/tmp/plugin.zip: FAILED" in log
