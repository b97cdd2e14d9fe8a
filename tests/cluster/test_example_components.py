"""The example docs/examples/knowledge: three components of one's own, played by stand-ins."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from environment import ROOT, Environment
from pods import Pods
from testbed.cluster import Cluster

pytestmark = pytest.mark.platform

NAME = "knowledge"
EXAMPLE = ROOT / "docs" / "examples" / NAME


@pytest.fixture(scope="module")
def product(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    """A copy, whose release has the bed's images, on the bed's cluster."""
    made = Environment(tmp_path_factory.mktemp(NAME) / "project", NAME)
    shutil.copytree(EXAMPLE, made.project)
    path = made.project / "products" / NAME / "releases" / "1.0.0.yml"
    lock = yaml.safe_load(path.read_text())
    for name, component in lock["components"].items():
        component["images"] = [cluster.image(f"stand-in-{name}").by_digest]
    path.write_text(json.dumps(lock, default=str))
    namespace = f"knowledge-{secrets.token_hex(3)}"
    made.write(
        product=NAME,
        clusters={"main": {"kubeconfig": str(cluster.kubeconfig)}},
        parameters={"namespace": namespace, "storage": "1Gi"},
    )
    yield made
    made.play("uninstall", "-e", f"component_purge={NAME}")
    cluster.kubectl("delete", "namespace", namespace, "--ignore-not-found", "--wait=false")


@pytest.fixture(scope="module")
def pods(cluster: Cluster, product: Environment) -> Pods:
    product.install()
    return Pods(cluster, product.read()["parameters"]["namespace"])


def read(pods: Pods, kind: str, name: str) -> dict[str, Any]:
    return dict(json.loads(pods.kubectl("get", kind, name, "--output=json")))


@pytest.mark.usefixtures("pods")
def test_all_three_are_installed_and_a_second_run_touches_nothing(product: Environment) -> None:
    assert product.states() == dict.fromkeys(("neo4j", "qdrant", "cloudquery"), "changed")
    assert set(product.install().values()) == {"unchanged"}


def test_the_job_has_the_password_of_the_graph(product: Environment, pods: Pods) -> None:
    kept = [read(pods, "secret", name)["data"]["password"] for name in ("neo4j", "cloudquery")]
    assert kept[0] == kept[1] != ""
    drawn = {path.name for path in (product.state / "secrets").iterdir()}
    assert {"neo4j.password", "qdrant.token"} <= drawn


def test_the_nightly_job_runs_to_its_end(pods: Pods) -> None:
    pods.kubectl("create", "job", "now", "--from=cronjob/cloudquery")
    pods.kubectl("wait", "job/now", "--for=condition=Complete", "--timeout=60s")


def test_uninstalling_keeps_the_volumes(product: Environment, pods: Pods) -> None:
    product.play("uninstall")
    assert pods.kubectl("get", "statefulsets,cronjobs,services", "--output=name") == ""
    claims = pods.kubectl("get", "persistentvolumeclaims", "--output=name").split()
    assert [claim.rpartition("/")[2] for claim in claims] == ["data-neo4j-0", "data-qdrant-0"]
