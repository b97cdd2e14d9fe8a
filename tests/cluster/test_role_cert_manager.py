"""The role cert_manager on the cluster: upstream's chart and its controllers, webhook and injector,
built from its module. Nothing of ACME beyond its account is tried: there is no such server here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cert_manager import Installed, installed_on
from testbed.cluster import Cluster
from testbed.errors import BedError

pytestmark = pytest.mark.platform

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


@pytest.fixture(scope="module")
def installed(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    with installed_on(cluster, tmp_path_factory.mktemp("cert-manager")) as found:
        yield found


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
