"""The role cert_manager on the cluster: upstream's chart and its controllers, webhook and injector,
built from its module. Nothing of ACME beyond its account is tried: there is no such server here.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from roles import Role, Run
from testbed.cluster import Cluster
from testbed.errors import BedError
from testbed.parts import PARTS
from testbed.requirements import go

pytestmark = pytest.mark.platform

MODULE = "github.com/cert-manager/cert-manager"
PROGRAMS = ("controller", "webhook", "cainjector")
CERTIFICATE = """
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: shop}
spec:
  secretName: shop
  dnsNames: [shop.example.org]
  duration: %s
  issuerRef: {name: stratum-ca, kind: ClusterIssuer, group: cert-manager.io}
"""


def upstream_chart(folder: Path) -> Path:
    """The chart in upstream's module, with the version that a release of it has."""
    command = [go(), "list", "-m", "-f", "{{.Dir}} {{.Version}}", MODULE]
    part = PARTS["cert-manager-controller"]
    environment = {**os.environ, "GOWORK": "off"}
    asked = subprocess.run(
        command, cwd=part.folder, env=environment, capture_output=True, text=True, check=True
    )
    source, version = asked.stdout.split()
    chart = folder / "cert-manager"
    shutil.copytree(Path(source) / "deploy" / "charts" / "cert-manager", chart)
    for path in (chart, *chart.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    text = (chart / "Chart.yaml").read_text()
    (chart / "Chart.yaml").write_text(text.replace("v0.0.0", version))
    return chart


@dataclass(frozen=True)
class Installed:
    """cert-manager once for all tests: its definitions and webhooks are the whole cluster's."""

    role: Role
    chart: Path

    @cached_property
    def given(self) -> dict[str, Any]:
        names = [f"cert-manager-{name}" for name in PROGRAMS]
        images = [self.role.cluster.image(name).by_digest for name in names]
        return {
            "cert_manager_path": str(self.chart),
            "cert_manager_images": dict(zip(PROGRAMS, images, strict=True)),
        }

    def install(self, *options: str, **more: Any) -> Run:
        return self.role.install(self.given | more, *options)

    def kubectl(self, *words: str, stdin: str | None = None) -> str:
        return self.role.cluster.kubectl("-n", self.role.namespace, *words, stdin=stdin)

    def certificate(self, secret: str, key: str = "tls.crt") -> x509.Certificate:
        data = json.loads(self.kubectl("get", "secret", secret, "--output=json"))["data"]
        return x509.load_pem_x509_certificate(base64.b64decode(data[key]))

    def names(self, kind: str) -> list[str]:
        return self.kubectl("get", kind, "--output=name").split()


@pytest.fixture(scope="module")
def installed(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    namespace = f"test-{secrets.token_hex(4)}"
    folder = tmp_path_factory.mktemp("cert-manager")
    chart = upstream_chart(folder)
    found = Installed(Role(cluster, "cert_manager", namespace, folder / "role"), chart)
    try:
        found.install()
        yield found
    finally:
        found.role.run(found.given, tasks="absent")
        kept = [name for name in found.names("crds") if "cert-manager.io" in name]
        cluster.kubectl("delete", *kept, "--wait=false")
        cluster.kubectl("delete", "namespace", namespace, "--wait=false")


def test_the_probe_is_signed_by_the_authority_that_was_made(installed: Installed) -> None:
    authority = installed.certificate("stratum-ca")
    probe = installed.certificate("stratum-probe")
    probe.verify_directly_issued_by(authority)
    assert installed.certificate("stratum-probe", "ca.crt") == authority
    lasts = authority.not_valid_after_utc - authority.not_valid_before_utc
    assert lasts.days == 3650


def test_nothing_changes_the_second_time(installed: Installed) -> None:
    assert installed.install().changed == 0


def test_anyone_may_have_a_certificate_of_the_authority(
    installed: Installed, namespace: str
) -> None:
    kubectl = installed.role.cluster.kubectl
    kubectl("-n", namespace, "apply", "--filename=-", stdin=CERTIFICATE % "24h0m0s")
    ready = ("--for=condition=Ready", "--timeout=60s")
    kubectl("-n", namespace, "wait", "certificate/shop", *ready)
    assert "secret/shop" in kubectl("-n", namespace, "get", "secrets", "--output=name")


def test_the_webhook_refuses_what_cannot_be_issued(installed: Installed, namespace: str) -> None:
    said = "certificate duration must be greater than 1h0m0s"
    with pytest.raises(BedError, match=said):
        installed.role.cluster.kubectl(
            "-n", namespace, "apply", "--filename=-", stdin=CERTIFICATE % "5m0s"
        )


def test_other_values_are_proven_by_another_certificate(installed: Installed) -> None:
    before = installed.certificate("stratum-probe")
    authority = installed.certificate("stratum-ca")
    assert installed.install(cert_manager_values={"global": {"logLevel": 1}}).changed == 1
    after = installed.certificate("stratum-probe")
    assert after.serial_number != before.serial_number
    assert installed.certificate("stratum-ca") == authority
    arguments = installed.kubectl(
        "get", "deployment/cert-manager", "--output=jsonpath={..containers[0].args}"
    )
    assert "--v=1" in arguments
    installed.install()


def test_the_programs_have_no_more_rights_than_they_need(installed: Installed) -> None:
    pods = json.loads(installed.kubectl("get", "deployments", "--output=json"))["items"]
    specs = [pod["spec"]["template"]["spec"] for pod in pods]
    assert len(specs) == 3
    for spec in specs:
        (container,) = spec["containers"]
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert container["resources"]["limits"] == {"memory": "256Mi"}
    assert len(installed.names("networkpolicies")) == 6


def test_an_acme_server_that_does_not_answer_is_told(installed: Installed) -> None:
    given = installed.given | {
        "cert_manager_acme_email": "ops@example.org",
        "cert_manager_acme_server": "https://127.0.0.1:1/directory",
        "component_ready_timeout": 30,
    }
    done = installed.role.run(given)
    assert done.failed
    assert "ClusterIssuer stratum-acme" in done.text
    assert "connection refused" in done.text
    installed.install()
    assert "clusterissuer.cert-manager.io/stratum-acme" not in installed.names("clusterissuers")


def test_solver_and_webhook_of_a_name_server_are_told_one_group(
    installed: Installed, tmp_path: Path
) -> None:
    chart = tmp_path / "alidns-webhook"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("{apiVersion: v2, name: alidns-webhook, version: 1.0.3}")
    (chart / "templates" / "map.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: alidns}\n"
        "data: {group: {{ .Values.groupName }}}\n"
    )
    done = installed.install(
        "--check",
        "--diff",
        cert_manager_acme_email="ops@example.org",
        cert_manager_acme_solver="dns01",
        cert_manager_dns_group="acme.example.org",
        cert_manager_dns_access_key_id="id-of-the-account",
        cert_manager_dns_access_key_secret="secret-of-the-account",
        cert_manager_dns_webhook={"chart": str(chart)},
    )
    lines = {line.strip("+ ") for line in done.text.splitlines()}
    assert {"group: acme.example.org", "groupName: acme.example.org", "solverName: alidns"} <= lines
    assert "secret-of-the-account" not in done.text


def test_installed_again_it_is_the_same_authority(installed: Installed) -> None:
    authority = installed.certificate("stratum-ca")
    installed.role.install(installed.given, tasks="absent")
    assert installed.names("deployments") == []
    assert "secret/stratum-ca" in installed.names("secrets")
    definitions = [name for name in installed.names("crds") if "cert-manager.io" in name]
    assert len(definitions) == 6
    installed.install()
    assert installed.certificate("stratum-ca") == authority
