"""The bed does what a Kubernetes does: pods, services, names, logs, volumes, kept images."""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.request
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from testbed import images
from testbed.cluster import Cluster
from testbed.errors import BedError

BASE = "localhost/stratum/base:1"
READY = "--timeout=120s"


def apply(cluster: Cluster, namespace: str, *objects: dict[str, Any]) -> None:
    listed = {"apiVersion": "v1", "kind": "List", "items": list(objects)}
    cluster.kubectl("-n", namespace, "apply", "--server-side", "-f", "-", stdin=json.dumps(listed))


def pod(name: str, script: str, **spec: Any) -> dict[str, Any]:
    container = {"name": "main", "image": BASE, "command": ["sh", "-c", script]}
    container.update(spec.pop("container", {}))
    defaults = {"restartPolicy": "Never", "terminationGracePeriodSeconds": 0}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name},
        "spec": {**defaults, "containers": [container], **spec},
    }


def web(name: str, replicas: int) -> tuple[dict[str, Any], dict[str, Any]]:
    labels = {"app": name}
    template = pod(name, "exec python3 -u -m http.server 8080")["spec"]
    template["restartPolicy"] = "Always"
    template["containers"][0]["readinessProbe"] = {"tcpSocket": {"port": 8080}, "periodSeconds": 1}
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": template},
        },
    }
    ports = [{"port": 80, "targetPort": 8080}]
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name},
        "spec": {"selector": labels, "ports": ports},
    }
    return deployment, service


def succeeded(cluster: Cluster, namespace: str, name: str) -> str:
    """The log of a pod that has ended well."""
    phase = "--for=jsonpath={.status.phase}=Succeeded"
    cluster.kubectl("-n", namespace, "wait", f"pod/{name}", phase, READY)
    return cluster.kubectl("-n", namespace, "logs", name)


def test_a_service_answers_on_its_address_and_by_its_name(cluster, namespace):
    apply(cluster, namespace, *web("web", replicas=2))
    cluster.kubectl("-n", namespace, "rollout", "status", "deployment/web", READY)
    service = json.loads(cluster.kubectl("-n", namespace, "get", "service/web", "-o", "json"))
    with urllib.request.urlopen(f"http://{service['spec']['clusterIP']}/etc/hostname") as answer:
        assert answer.read().decode().startswith("web-")
    ask = f"python3 -c 'import urllib.request as r; print(r.urlopen(\"http://web.{namespace}\").status)'"
    apply(cluster, namespace, pod("asks", ask))
    assert succeeded(cluster, namespace, "asks") == "200\n"


def test_a_claim_gets_a_volume_that_outlives_its_pod(cluster, namespace):
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Mi"}}}
    claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"}}
    mounts = {"volumeMounts": [{"name": "data", "mountPath": "/data"}]}
    volumes = [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]
    writer = pod("writes", "echo kept > /data/file", container=mounts, volumes=volumes)
    apply(cluster, namespace, {**claim, "spec": spec}, writer)
    succeeded(cluster, namespace, "writes")
    cluster.kubectl("-n", namespace, "delete", "pod/writes")
    apply(cluster, namespace, pod("reads", "cat /data/file", container=mounts, volumes=volumes))
    assert succeeded(cluster, namespace, "reads") == "kept\n"


@pytest.mark.platform
def test_a_rebooted_node_starts_its_pods_anew_with_what_was_on_its_disk(other: Cluster) -> None:
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data"},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "1Mi"}},
        },
    }
    script = "for f in /disk /memory; do echo start >> $f/starts; done; exec sleep infinity"
    mounts = [{"name": name, "mountPath": f"/{name}"} for name in ("disk", "memory")]
    volumes = [
        {"name": "disk", "persistentVolumeClaim": {"claimName": "data"}},
        {"name": "memory", "emptyDir": {"medium": "Memory"}},
    ]
    started = pod("started", script, container={"volumeMounts": mounts}, volumes=volumes)
    started["spec"]["restartPolicy"] = "Always"
    apply(other, "default", claim, started)
    other.kubectl("wait", "pod/started", "--for=condition=Ready", READY)
    before, booted = status_of(other, "started"), other.machine.boot_id

    other.reboot()

    once_more = "--for=jsonpath={.status.containerStatuses[0].restartCount}=1"
    other.kubectl("wait", "pod/started", once_more, READY)
    other.kubectl("wait", "pod/started", "--for=condition=Ready", READY)
    assert other.machine.boot_id != booted
    assert status_of(other, "started")["podIP"] != before["podIP"]
    read = ("exec", "started", "--", "cat")
    assert other.kubectl(*read, "/disk/starts") == "start\nstart\n"
    assert other.kubectl(*read, "/memory/starts") == "start\n"


def status_of(cluster: Cluster, name: str) -> dict[str, Any]:
    return dict(json.loads(cluster.kubectl("get", "pod", name, "--output=json"))["status"])


def test_a_restarted_api_server_knows_what_it_knew(cluster, namespace):
    cluster.kubectl("-n", namespace, "create", "configmap", "kept", "--from-literal=a=b")
    before = cluster.machine.process("kube-apiserver")
    cluster.restart("kube-apiserver")
    assert cluster.machine.process("kube-apiserver") != before
    kept = cluster.kubectl("-n", namespace, "get", "configmap/kept", "-o", "jsonpath={.data.a}")
    assert kept == "b"


def test_an_image_is_found_by_its_digest(cluster, namespace):
    image = images.named("base")
    by_digest = {"image": image.by_digest, "imagePullPolicy": "Never"}
    apply(cluster, namespace, pod("runs", "id -un", container=by_digest))
    assert succeeded(cluster, namespace, "runs") == "root\n"


def test_an_image_built_from_a_dockerfile_runs(cluster, namespace, tmp_path):
    (tmp_path / "word").write_text(namespace)
    dockerfile = tmp_path / "Dockerfile"
    dockerfile.write_text("ARG BASE\nFROM ${BASE}\nCOPY word /word\nUSER stratum\n")
    image = images.build("test", tmp_path, dockerfile, version=namespace)
    cluster.load(image)
    apply(
        cluster, namespace, pod("runs", "id -un; cat /word", container={"image": image.reference})
    )
    for path in (image.archive, image.archive.with_suffix(".digest")):
        path.unlink()
    assert succeeded(cluster, namespace, "runs") == f"stratum\n{namespace}"


def test_minio_is_an_image_that_becomes_ready(cluster, namespace):
    probe = {"httpGet": {"path": "/minio/health/ready", "port": 9000}, "periodSeconds": 1}
    server = {"image": cluster.image("minio").by_digest, "command": None, "readinessProbe": probe}
    apply(cluster, namespace, pod("minio", "", container={**server, "args": ["server", "/tmp/s3"]}))
    cluster.kubectl("-n", namespace, "wait", "pod/minio", "--for=condition=Ready", READY)


def test_fake_nodes_run_pods_that_tolerate_them(cluster, namespace):
    cluster.add_fake_nodes(3)
    tolerations = [{"key": "kwok.x-k8s.io/node", "operator": "Exists"}]
    selector = {"kwok.x-k8s.io/node": "fake"}
    apply(cluster, namespace, pod("fake", "", tolerations=tolerations, nodeSelector=selector))
    cluster.kubectl("-n", namespace, "wait", "pod/fake", "--for=condition=Ready", READY)
    cluster.remove_fake_nodes()
    assert cluster.kubectl("get", "nodes", "-o", "name") == f"node/{cluster.layout.name}\n"


def test_expired_credentials_are_refused(cluster, tmp_path: Path):
    path = cluster.client_kubeconfig(
        tmp_path / "expired", "somebody", ("system:masters",), timedelta(seconds=-1)
    )
    with pytest.raises(BedError) as refused:
        cluster.kubectl("get", "nodes", f"--kubeconfig={path}")
    assert refused.value.what.endswith("You must be logged in to the server (Unauthorized)")


def test_the_api_is_served_with_a_certificate_of_the_bed(cluster):
    config = json.loads(cluster.kubeconfig.read_text())["clusters"][0]["cluster"]
    context = ssl.create_default_context(cafile=config["certificate-authority"])
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{config['server']}/api/v1/nodes", context=context)
    assert refused.value.code == 403
