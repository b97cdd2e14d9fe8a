"""The delivery product's pods in one namespace, as tests reach them."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from testbed.cluster import Cluster

PATIENCE_SECONDS = 240


@dataclass(frozen=True)
class Pods:
    """This machine has a route to the cluster's addresses, but none of its names."""

    cluster: Cluster
    namespace: str

    def kubectl(self, *words: str) -> str:
        return self.cluster.kubectl("--namespace", self.namespace, *words)

    def url(self, service: str) -> str:
        """A service's address."""
        found = json.loads(self.kubectl("get", "service", service, "--output=json"))["spec"]
        return f"http://{found['clusterIP']}:{found['ports'][0]['port']}"

    def url_of_pod(self, pod: str) -> str:
        """A pod's own address, at the port of its first container."""
        found = json.loads(self.kubectl("get", "pod", pod, "--output=json"))
        port = found["spec"]["containers"][0]["ports"][0]["containerPort"]
        return f"http://{found['status']['podIP']}:{port}"

    def uids(self, *components: str) -> list[str]:
        """By uid: a pod of a StatefulSet has the same name after it was replaced."""
        selector = f"app.kubernetes.io/name in ({','.join(components)})"
        uids = "--output=jsonpath={range .items[*]}{.metadata.uid} {end}"
        return sorted(self.kubectl("get", "pods", f"--selector={selector}", uids).split())

    def load_until(self, seen: Callable[[], bool]) -> None:
        """Pass after pass of the loader, without waiting for its CronJob's next time."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not seen():
            assert time.monotonic() < deadline, "not loaded in time"
            self.load()

    def load(self) -> None:
        """One pass of the loader, now."""
        name = f"pass-{secrets.token_hex(4)}"
        self.kubectl("create", "job", name, "--from=cronjob/etl")
        self.kubectl("wait", f"job/{name}", "--for=condition=Complete", "--timeout=120s")
