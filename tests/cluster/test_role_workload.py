"""The role workload alone: what is refused never reaches what runs, of whatever kind it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from pods import Pods
from roles import Role
from testbed import images
from testbed.cluster import Cluster

PORT = 8080
BROKEN = '{"greeting": }'
every_kind = pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet"])


def inputs(namespace: str, kind: str, settings: str, **more: Any) -> dict[str, Any]:
    """A server of its own settings, which Python's reader of JSON checks."""
    return {
        "workload_name": "served",
        "workload_namespace": namespace,
        "workload_kind": kind,
        "workload_image": images.named("base").by_digest,
        "workload_command": f"python3 -m http.server {PORT} -d /etc/stratum/config".split(),
        "workload_config": [
            {"name": "first.json", "content": "[]", "check": "python3 -m json.tool %s"},
            {"name": "settings.json", "content": settings, "check": "python3 -m json.tool %s"},
        ],
        "workload_ports": [{"name": "http", "port": PORT}],
        "workload_ready": {"tcpSocket": {"port": "http"}, "periodSeconds": 1},
        # The bed may have nodes that only pretend.
        "workload_tolerations": [],
        "workload_stop_seconds": 0,
        **more,
    }


def answer(pods: Pods) -> str:
    return httpx.get(f"{pods.url('served')}/settings.json").raise_for_status().text


@every_kind
def test_a_refused_configuration_leaves_what_runs_as_it_is(
    cluster: Cluster, namespace: str, tmp_path: Path, kind: str
) -> None:
    role, pods = Role(cluster, "workload", namespace, tmp_path), Pods(cluster, namespace)
    role.install(inputs(namespace, kind, '{"greeting": "hello"}'))
    before = pods.uids("served")

    refused = role.run(inputs(namespace, kind, BROKEN))

    assert refused.failed
    assert "Expecting value: line 1 column 14 (char 13)" in refused.text
    assert f"the pre-upgrade hook Pod {namespace}/served-check" in refused.text
    assert (pods.uids("served"), len(before)) == (before, 1)
    assert answer(pods) == '{"greeting": "hello"}'
    kept = json.loads(pods.kubectl("get", "configmap/served", "--output=json"))
    assert kept["data"]["settings.json"] == '{"greeting": "hello"}'


def test_nothing_is_left_of_a_check(cluster: Cluster, namespace: str, tmp_path: Path) -> None:
    role, pods = Role(cluster, "workload", namespace, tmp_path), Pods(cluster, namespace)
    secret = {"workload_secrets": {"token": "n0t-a-real-one"}}
    role.install(inputs(namespace, "Deployment", "{}", **secret))
    role.run(inputs(namespace, "Deployment", BROKEN, **secret))
    kinds = "pods,configmaps,secrets,serviceaccounts,networkpolicies"
    left = pods.kubectl("get", kinds, "--selector=app.kubernetes.io/name=served-check", "-o=name")
    assert left == ""


def test_what_a_killed_run_has_left_of_a_check_goes_with_the_release(
    cluster: Cluster, namespace: str, tmp_path: Path
) -> None:
    role, pods = Role(cluster, "workload", namespace, tmp_path), Pods(cluster, namespace)
    given = inputs(namespace, "Deployment", "{}")
    role.install(given)
    pods.kubectl("create", "configmap", "served-check")

    role.install(given, tasks="absent")

    left = pods.kubectl("get", "configmaps", "--output=name").split()
    assert left == ["configmap/kube-root-ca.crt"]


def test_a_configuration_that_is_refused_at_first_makes_nothing(
    cluster: Cluster, namespace: str, tmp_path: Path
) -> None:
    role = Role(cluster, "workload", namespace, tmp_path)
    refused = role.run(inputs(namespace, "DaemonSet", BROKEN))
    assert f"the pre-install hook Pod {namespace}/served-check" in refused.text
    kinds = "daemonsets,configmaps,services,serviceaccounts"
    selector = "--selector=app.kubernetes.io/managed-by=stratum"
    assert Pods(cluster, namespace).kubectl("get", kinds, selector, "--output=name") == ""
