"""The role k3s_addon on a cluster that is no K3s: what is missing is brought, nothing twice."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from roles import Role
from testbed.cluster import Cluster
from testbed.errors import BedError
from testbed.layout import DEFAULT

pytestmark = pytest.mark.platform

NOTHING = {"k3s_addon_metrics_server": "none"}
PATIENCE_SECONDS = 120
LEVEL = "pod-security.kubernetes.io/enforce"
PRIVILEGED = """
apiVersion: v1
kind: Pod
metadata: {name: privileged}
spec:
  containers:
    - {name: main, image: localhost/stratum/base:1, securityContext: {privileged: true}}
"""
WRITER = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: disk}
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: %s
  resources: {requests: {storage: 1Mi}}
---
apiVersion: v1
kind: Pod
metadata: {name: writer}
spec:
  restartPolicy: Never
  containers:
    - name: main
      image: localhost/stratum/base:1
      imagePullPolicy: Never
      command: [sh, -c, echo kept >/disk/file && cat /disk/file]
      volumeMounts: [{name: disk, mountPath: /disk}]
  volumes: [{name: disk, persistentVolumeClaim: {claimName: disk}}]
"""


@pytest.fixture
def role(cluster: Cluster, namespace: str, tmp_path: Path) -> Iterator[Role]:
    """What it makes belongs to the whole cluster, so it is removed again."""
    found = Role(cluster, "k3s_addon", namespace, tmp_path)
    yield found
    found.run({}, tasks="absent")


@pytest.fixture
def spaces(cluster: Cluster, namespace: str) -> Iterator[list[str]]:
    """Names of two namespaces, which outlive the release."""
    names = [f"{namespace}-a", f"{namespace}-b"]
    yield names
    cluster.kubectl("delete", "namespace", *names, "--ignore-not-found", "--wait=false")


def read(cluster: Cluster, *words: str) -> dict[str, Any]:
    return dict(json.loads(cluster.kubectl("get", *words, "--output=json")))


def names(role: Role, kind: str) -> list[str]:
    return role.cluster.kubectl("-n", role.namespace, "get", kind, "--output=name").split()


def test_the_nodes_and_pods_tell_what_they_use(cluster: Cluster, role: Role) -> None:
    image = cluster.image("metrics-server").by_digest
    assert role.install({}, image=image).changed == 1
    (node, cpu, _, memory, _) = cluster.kubectl("top", "nodes", "--no-headers").split()[:5]
    assert (node, cpu[-1], memory[-2:]) == (cluster.layout.name, "m", "Mi")
    assert role.install({}, image=image).changed == 0
    role.install({}, image=image, tasks="absent")
    services = cluster.kubectl("get", "apiservices", "--output=name")
    assert "metrics.k8s.io" not in services


def test_a_namespace_has_the_level_that_is_asked_for(
    cluster: Cluster, role: Role, spaces: list[str]
) -> None:
    wanted = [
        {"name": spaces[0], "pod_security": "restricted", "labels": {"team": "shop"}},
        {"name": spaces[1], "pod_security": "privileged"},
    ]
    role.install(NOTHING | {"k3s_addon_namespaces": wanted})
    labels = read(cluster, "namespace", spaces[0])["metadata"]["labels"]
    assert (labels[LEVEL], labels["team"]) == ("restricted", "shop")
    with pytest.raises(BedError, match='violates PodSecurity "restricted:latest"'):
        create(cluster, spaces[0], PRIVILEGED)
    create(cluster, spaces[1], PRIVILEGED)


def create(cluster: Cluster, namespace: str, text: str) -> None:
    words = ("apply", "--dry-run=server", "--filename=-")
    cluster.kubectl("-n", namespace, *words, stdin=text)


def test_an_isolated_namespace_opens_nothing_but_names(
    cluster: Cluster, role: Role, spaces: list[str]
) -> None:
    wanted = [{"name": spaces[0], "isolated": True}, {"name": spaces[1]}]
    role.install(NOTHING | {"k3s_addon_namespaces": wanted})
    found = [read(cluster, "-n", space, "networkpolicies")["items"] for space in spaces]
    assert [[policy["metadata"]["name"] for policy in some] for some in found] == [
        ["default-deny"],
        [],
    ]
    (policy,) = found[0]
    assert policy["spec"]["policyTypes"] == ["Ingress", "Egress"]
    assert "ingress" not in policy["spec"]
    (rule,) = policy["spec"]["egress"]
    assert {port["port"] for port in rule["ports"]} == {53}


def test_a_namespace_outlives_the_release(cluster: Cluster, role: Role, spaces: list[str]) -> None:
    role.install(NOTHING | {"k3s_addon_namespaces": [{"name": spaces[0]}]})
    role.install(NOTHING, tasks="absent")
    assert read(cluster, "namespace", spaces[0])["status"]["phase"] == "Active"


def test_volumes_are_folders_of_the_node(cluster: Cluster, role: Role, namespace: str) -> None:
    given = NOTHING | {
        "k3s_addon_local_path": "auto",
        "k3s_addon_local_path_image": cluster.image("local-path-provisioner").by_digest,
        "k3s_addon_local_path_helper_image": "localhost/stratum/base:1",
        "k3s_addon_local_path_dir": str(DEFAULT.data / namespace),
        "k3s_addon_storage_class": f"{namespace}-disk",
        "k3s_addon_storage_default": False,
    }
    role.install(given)
    writer = WRITER % f"{namespace}-disk"
    cluster.kubectl("-n", namespace, "apply", "--filename=-", stdin=writer)
    phase = "--for=jsonpath={.status.phase}=Succeeded"
    cluster.kubectl("-n", namespace, "wait", "pod/writer", phase, "--timeout=120s")
    assert cluster.kubectl("-n", namespace, "logs", "writer") == "kept\n"
    cluster.kubectl("-n", namespace, "delete", "pod/writer", "pvc/disk")
    until_gone(cluster, f"{namespace}-disk")


def until_gone(cluster: Cluster, storage_class: str) -> None:
    """Its provisioner deletes the volume a moment after its claim."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(
        volume["spec"]["storageClassName"] == storage_class
        for volume in read(cluster, "persistentvolumes")["items"]
    ):
        assert time.monotonic() < deadline, "the volume is still there"


def test_what_others_have_brought_is_not_installed_again(role: Role) -> None:
    """The bed's own storage class is called so."""
    given = NOTHING | {
        "k3s_addon_local_path": "auto",
        "k3s_addon_local_path_image": "localhost/stratum/base:1",
        "k3s_addon_local_path_helper_image": "localhost/stratum/base:1",
        "k3s_addon_storage_class": "local-path",
    }
    role.install(given)
    assert names(role, "deployments") == []


def test_a_class_of_ingresses_is_made(cluster: Cluster, role: Role, namespace: str) -> None:
    made = {"name": namespace, "controller": "example.org/controller", "default": False}
    assert role.install(NOTHING | {"k3s_addon_ingress_class": made}).changed == 1
    assert read(cluster, "ingressclass", namespace)["spec"] == {"controller": made["controller"]}
    assert role.install(NOTHING | {"k3s_addon_ingress_class": made}).changed == 0


def test_a_chart_brings_the_ingress_controller(
    cluster: Cluster, role: Role, tmp_path: Path
) -> None:
    chart = tmp_path / "controller"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("{apiVersion: v2, name: controller, version: 1.0.0}")
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: controller}\n"
    (chart / "templates" / "map.yaml").write_text(f"{text}data: {{key: {{{{ .Values.key }}}}}}\n")
    given = {"chart": str(chart), "values": {"key": "of-the-user"}}
    role.install(NOTHING | {"k3s_addon_ingress_chart": given})
    found = read(cluster, "-n", role.namespace, "configmap", "controller")
    assert found["data"] == {"key": "of-the-user"}


def test_settings_that_nobody_would_read_are_refused(role: Role) -> None:
    done = role.run(NOTHING | {"k3s_addon_dns": {"corp.server": "corp:53 { forward . 10.0.0.2 }"}})
    assert done.failed
    told = " ".join(done.text.split())
    assert "k3s_addon_dns is given, but the cluster is no K3s, whose CoreDNS alone reads it" in told


def test_checking_a_bare_cluster_tells_what_would_come_and_brings_nothing(
    role: Role, spaces: list[str]
) -> None:
    given = NOTHING | {"k3s_addon_namespaces": [{"name": spaces[0]}]}
    assert role.install(given, "--check").changed == 1
    assert f"namespace/{spaces[0]}" not in names(role, "namespaces")
