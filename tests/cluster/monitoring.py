"""What the tests of the monitoring roles share: the roles on the bed, what their servers answer,
and a receiver of alerts on this machine.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from ansible_collections.stratum.platform.tests.integration.conftest import wait_until
from pods import Pods
from roles import Role, Run
from testbed.cluster import Cluster
from testbed.parts import PARTS

IMAGES = {
    "alerting": "alertmanager",
    "kube_state_metrics": "stand-in",
    "node_exporter": "node-exporter",
    "prometheus": "prometheus",
    "prometheus_transfer": "prometheus",
}
OF_PROMETHEUS = {"prometheus", "prometheus_transfer"}
SMALL = {"requests": {"cpu": "10m", "memory": "64Mi"}, "limits": {"memory": "512Mi"}}
PATIENCE_SECONDS = 120.0
Series = dict[str, Any]


@dataclass(frozen=True)
class Monitoring:
    """The roles in one namespace; every run is one of ansible-playbook."""

    cluster: Cluster
    namespace: str
    folder: Path
    # node_exporter is on the node's network, where other tests run it as well.
    node_exporter_port: int = field(default_factory=lambda: 20000 + secrets.randbelow(10000))

    @property
    def pods(self) -> Pods:
        return Pods(self.cluster, self.namespace)

    def run(
        self, role: str, *options: str, tasks: str = "main", seconds: int = 120, **inputs: Any
    ) -> Run:
        """Run a role, which has some seconds to be ready; its inputs are given without its name."""
        image = self.cluster.image(IMAGES[role]).by_digest
        given = {f"{role}_{name}": value for name, value in (self._usual(role) | inputs).items()}
        given["component_ready_timeout"] = seconds
        alone = Role(self.cluster, role, self.namespace, self.folder / role)
        return alone.run(given, *options, tasks=tasks, image=image)

    def install(self, role: str, *options: str, **inputs: Any) -> Run:
        """As `run`, where a failure is the test's."""
        done = self.run(role, *options, **inputs)
        assert not done.failed, done.text
        return done

    def remove(self, role: str) -> Run:
        """Uninstall."""
        done = self.run(role, tasks="absent")
        assert not done.failed, done.text
        return done

    def apply(self, objects: Sequence[Mapping[str, Any]]) -> None:
        """Objects that are of no role."""
        listed = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
        self.cluster.kubectl("--namespace", self.namespace, "apply", "-f", "-", stdin=listed)

    def get(self, service: str, path: str, **parameters: str) -> Any:
        """What a server answers as JSON."""
        answer = httpx.get(f"{self.pods.url(service)}{path}", params=parameters)
        answer.raise_for_status()
        return answer.json()

    def query(self, expression: str) -> list[Series]:
        """The labels of the series that Prometheus has for an expression, sample apart."""
        found = self.get("prometheus", "/api/v1/query", query=expression)["data"]["result"]
        return [series["metric"] for series in found]

    def found(self, expression: str) -> Series:
        """The first series of an expression, as soon as there is one."""
        seen: list[Series] = []

        def there() -> bool:
            seen[:] = self.query(expression)
            return bool(seen)

        wait_until(there, PATIENCE_SECONDS, lambda: f"nothing for {expression}")
        return seen[0]

    def may(self, account: str, verb: str, resource: str, group: str = "") -> bool:
        """Whether the account of a release may do something everywhere: `get nodes/metrics`."""
        kind, _, part = resource.partition("/")
        asked = {"verb": verb, "group": group, "resource": kind, "subresource": part}
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SubjectAccessReview",
            "spec": {
                "user": f"system:serviceaccount:{self.namespace}:{account}",
                "resourceAttributes": asked,
            },
        }
        words = ("create", "-f", "-", "--output=json")
        answer = self.cluster.kubectl(*words, stdin=json.dumps(review))
        return bool(json.loads(answer)["status"]["allowed"])

    def told(self) -> str:
        """All that others than the pods themselves may read: objects without Secrets, and logs."""
        kinds = "configmaps,statefulsets,daemonsets,deployments,pods,services,events"
        pods = self.pods.kubectl("get", "pods", "--output=name").split()
        logs = [self.pods.kubectl("logs", pod, "--all-containers") for pod in pods]
        return "\n".join([self.pods.kubectl("get", kinds, "--output=yaml"), *logs])

    def _usual(self, role: str) -> dict[str, Any]:
        usual: dict[str, Any] = {"resources": SMALL}
        if role in OF_PROMETHEUS:
            usual |= {
                "version": PARTS["prometheus"].release.removeprefix("v"),
                "scrape_interval": "1s",
            }
        if role == "prometheus":
            usual |= {"evaluation_interval": "1s"}
        if role not in ("node_exporter", "kube_state_metrics"):
            usual |= {"storage_size": "1Gi"}
        if role == "node_exporter":
            usual |= {"port": self.node_exporter_port}
        if role == "kube_state_metrics":
            usual |= {"program": "kube-state-metrics"}
        return usual


@contextmanager
def monitoring_in(cluster: Cluster, namespace: str, folder: Path) -> Iterator[Monitoring]:
    """The roles in a namespace; at the end their rights go, which it would not take with it."""
    yield Monitoring(cluster, namespace, folder)
    selector = f"--selector=stratum.platform/namespace={namespace}"
    cluster.kubectl("delete", "clusterroles,clusterrolebindings", selector)


@dataclass(frozen=True)
class Receiver:
    """A webhook of this machine that pods can reach."""

    url: str
    requests: list[tuple[str, Any]] = field(default_factory=list)

    def alerts(self) -> set[str]:
        return {each["labels"]["alertname"] for _, body in self.requests for each in body["alerts"]}


@contextmanager
def receiver(cluster: Cluster) -> Iterator[Receiver]:
    """Takes what is sent to it; keeps the Authorization header and the body of each."""
    requests: list[tuple[str, Any]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            requests.append((self.headers.get("Authorization", ""), json.loads(body)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            """What came is in `requests`."""

    server = ThreadingHTTPServer((cluster.host_address, 0), Hook)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Receiver(f"http://{cluster.host_address}:{server.server_port}/alerts", requests)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
