"""The gateway with a certificate that the real cert-manager issues and renews, and the ways in."""

from __future__ import annotations

import base64
import json
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from cryptography import x509

from ansible_collections.stratum.platform.tests.integration.conftest import wait_until
from cert_manager import Installed, installed_on
from listener import Listener
from roles import Role
from testbed.cluster import Cluster
from traefik import definitions_on, traefik_on

pytestmark = pytest.mark.platform

ROOM = "test-ways-in"
SERVICE = f"data-gateway.{ROOM}.svc"
HOST = "gateway.example.org"
PASSWORD = "a password of the writer"
PORT = 8443
# A kubelet looks at Secrets about once a minute; what is not alive is asked six times.
RENEWAL_SECONDS = 300
ROUTED_SECONDS = 60
GATEWAY = """
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: front}
spec:
  secretName: front
  dnsNames: [%(host)s]
  issuerRef: {name: stratum-ca, kind: ClusterIssuer, group: cert-manager.io}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: front}
spec:
  gatewayClassName: traefik
  listeners:
    - name: https
      protocol: HTTPS
      port: %(port)d
      tls: {certificateRefs: [{name: front}]}
"""


@dataclass(frozen=True)
class Door:
    """The installed gateway, and its clients, who trust the authority of cert-manager alone."""

    role: Role
    authority: bytes
    inputs: dict[str, Any]

    def install(self, *options: str, **more: Any) -> int:
        """How many tasks changed something."""
        image = self.role.cluster.image("caddy").by_digest
        return self.role.install({**self.inputs, **more}, *options, image=image).changed

    def kubectl(self, *words: str, stdin: str | None = None) -> str:
        return self.role.cluster.kubectl("-n", ROOM, *words, stdin=stdin)

    def get(self, *what: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.kubectl("get", *what, "--output=json"))
        return found

    def names(self, kind: str) -> list[str]:
        return self.kubectl("get", kind, "--output=name").split()

    @property
    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cadata=self.authority.decode())

    def push(self, front: str, host: str, sample: bytes, password: str = PASSWORD) -> int:
        """The answer to a sample that comes by the front; 0 before that leads to the gateway."""
        with httpx.Client(verify=self.trust, auth=("writer", password), timeout=30) as client:
            request = client.build_request("POST", f"{front}/api/v1/write", content=sample)
            request.headers["Host"] = host
            request.extensions["sni_hostname"] = host
            try:
                return client.send(request).status_code
            except httpx.ConnectError:
                return 0

    def shown(self, name: str = SERVICE) -> x509.Certificate:
        """What a client sees that asks for a name."""
        address = self.get("service", "data-gateway")["spec"]["clusterIP"]
        with (
            socket.create_connection((address, PORT), timeout=10) as plain,
            self.trust.wrap_socket(plain, server_hostname=name) as secured,
        ):
            return x509.load_der_x509_certificate(secured.getpeercert(binary_form=True) or b"")

    def held(self) -> int:
        """The number of the certificate that cert-manager keeps."""
        name = self.get("certificate", "data-gateway")["spec"]["secretName"]
        pem = base64.b64decode(self.get("secret", name)["data"]["tls.crt"])
        return x509.load_pem_x509_certificate(pem).serial_number

    def shows(self, serial: int) -> bool:
        """A pod that starts again is away for a moment."""
        try:
            return self.shown().serial_number == serial
        except OSError:
            return False


@pytest.fixture(scope="module")
def authority(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    with installed_on(cluster, tmp_path_factory.mktemp("cert-manager")) as found:
        yield found


@pytest.fixture(scope="module")
def upstream(cluster: Cluster) -> Iterator[Listener]:
    with Listener(cluster.host_address) as found:
        yield found


@pytest.fixture(scope="module")
def door(
    cluster: Cluster,
    authority: Installed,
    upstream: Listener,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Door]:
    cluster.kubectl("delete", "namespace", ROOM, "--ignore-not-found")
    cluster.kubectl("create", "namespace", ROOM)
    pem = authority.pem("stratum-ca")
    inputs = {
        "data_gateway_writer_password": PASSWORD,
        "data_gateway_reader_password": "a password of the reader",
        "data_gateway_prometheus_url": upstream.url.rstrip("/"),
        "data_gateway_tls": "issued",
        "data_gateway_certificate_issuer": "stratum-ca",
        "data_gateway_ca_certificate": pem.decode(),
    }
    role = Role(cluster, "data_gateway", ROOM, tmp_path_factory.mktemp("door"))
    found = Door(role, pem, inputs)
    found.install()
    yield found
    cluster.kubectl("delete", "namespace", ROOM, "--wait=false")


@pytest.fixture(scope="module")
def definitions(door: Door) -> Iterator[None]:
    with definitions_on(door.role.cluster):
        yield


@pytest.fixture(scope="module")
def front(door: Door, definitions: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of Traefik, where clients come in."""
    with traefik_on(door.role.cluster, ROOM, tmp_path_factory.mktemp("traefik")) as found:
        yield f"https://{found}:{PORT}"


def test_who_trusts_the_authority_alone_is_let_in(door: Door, authority: Installed) -> None:
    certificate = door.shown()
    certificate.verify_directly_issued_by(authority.certificate("stratum-ca"))
    for name in (f"{SERVICE}.cluster.local", "data-gateway"):
        assert door.shown(name) == certificate


def test_nobody_trusts_it_by_another_name(door: Door) -> None:
    with pytest.raises(ssl.SSLError, match="alert internal error"):
        door.shown("elsewhere.example.org")


def test_nothing_changes_the_second_time(door: Door) -> None:
    assert door.install() == 0


def test_a_renewed_certificate_is_shown_without_a_run(door: Door) -> None:
    before = door.shown().serial_number
    asks_anew = {
        "type": "Issuing",
        "status": "True",
        "reason": "ManuallyTriggered",
        "message": "renewed by a test",
        "lastTransitionTime": "2026-11-22T00:00:00Z",
    }
    add = [{"op": "add", "path": "/status/conditions/-", "value": asks_anew}]
    words = ("--subresource=status", "--type=json", f"--patch={json.dumps(add)}")
    door.kubectl("patch", "certificate/data-gateway", *words)
    wait_until(lambda: door.held() != before, 60)
    wait_until(lambda: door.shows(door.held()), RENEWAL_SECONDS)


def test_another_name_is_shown_at_the_end_of_the_run(door: Door) -> None:
    before = door.names("secrets")
    assert door.install(data_gateway_names=[HOST, "192.0.2.7"]) == 1
    certificate = door.shown(HOST)
    assert door.shown("192.0.2.7") == certificate
    after = door.names("secrets")
    issued = [name for name in after if "data-gateway-certificate-" in name]
    assert len(issued) == 1
    assert issued[0] not in before
    door.install()


def test_an_issuer_that_is_not_there_is_told(door: Door) -> None:
    given = {
        **door.inputs,
        "data_gateway_certificate_issuer": "nobody",
        "component_ready_timeout": 20,
    }
    before = door.shown()
    done = door.role.run(given, image=door.role.cluster.image("caddy").by_digest)
    assert done.failed
    assert f"Certificate {ROOM}/data-gateway: InProgress: has not been issued" in done.text
    assert door.shown() == before
    door.install()


def test_a_sample_comes_in_by_an_ingress_of_traefik(
    door: Door, front: str, upstream: Listener
) -> None:
    way = {"host": HOST, "class": "traefik", "annotations": {"example.org/note": "ours"}}
    door.install(data_gateway_ingress=way)
    assert door.get("ingress", "data-gateway")["metadata"]["annotations"] == way["annotations"]

    wait_until(lambda: door.push(front, HOST, b"by an ingress") == 200, ROUTED_SECONDS)
    assert upstream.received[-1] == b"by an ingress"
    assert door.push(front, HOST, b"", password="another") == 401
    assert door.install(data_gateway_ingress=way) == 0
    door.install()
    assert door.names("ingresses") == door.names("serverstransports") == []


def test_a_sample_comes_in_by_a_route_of_traefik(
    door: Door, front: str, upstream: Listener
) -> None:
    host = "route.example.org"
    door.kubectl("apply", "--filename=-", stdin=GATEWAY % {"host": host, "port": PORT})
    way = {"host": host, "gateway": "front", "listener": "https"}
    door.install(data_gateway_route=way)

    wait_until(lambda: door.push(front, host, b"by a route") == 200, ROUTED_SECONDS)
    assert upstream.received[-1] == b"by a route"
    (parent,) = door.get("httproute", "data-gateway")["status"]["parents"]
    assert {found["type"]: found["status"] for found in parent["conditions"]} == {
        "Accepted": "True",
        "ResolvedRefs": "True",
    }
    assert door.install(data_gateway_route=way) == 0
    door.install()


def test_a_route_that_the_gateway_refuses_is_told(door: Door, front: str) -> None:
    given = {
        **door.inputs,
        "data_gateway_route": {"host": HOST, "gateway": "front", "listener": "nowhere"},
        "component_ready_timeout": 20,
    }
    done = door.role.run(given, image=door.role.cluster.image("caddy").by_digest)
    assert done.failed
    assert f"HTTPRoute {ROOM}/data-gateway: Gateway front does not lead to it" in done.text
    door.install()


def test_a_route_that_leaves_tls_to_the_gateway_needs_nothing_else(
    door: Door, definitions: None
) -> None:
    way = {"host": HOST, "gateway": "elsewhere", "gateway_namespace": "edge", "passthrough": True}
    door.install(data_gateway_route=way)
    spec = door.get("tlsroute", "data-gateway")["spec"]
    assert spec["hostnames"] == [HOST]
    assert spec["parentRefs"][0]["namespace"] == "edge"
    assert spec["rules"][0]["backendRefs"][0]["port"] == PORT
    assert door.names("httproutes") == door.names("backendtlspolicies") == []
    door.install()


def test_uninstalling_leaves_no_key(door: Door) -> None:
    door.role.install(door.inputs, tasks="absent")
    assert [name for name in door.names("secrets") if "certificate" in name] == []
    assert "certificate.cert-manager.io/data-gateway" not in door.names("certificates")
