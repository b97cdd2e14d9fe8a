"""What the tests of the release engine share: a release brought about from YAML text."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from ansible_collections.stratum.platform.plugins.module_utils.kube.connection import Cluster
from ansible_collections.stratum.platform.plugins.module_utils.kube.document import load
from ansible_collections.stratum.platform.plugins.module_utils.kube.hook import Hook
from ansible_collections.stratum.platform.plugins.module_utils.kube.normal import hooked, wanted
from ansible_collections.stratum.platform.plugins.module_utils.kube.outcome import Outcome
from ansible_collections.stratum.platform.plugins.module_utils.kube.ownership import Owner
from ansible_collections.stratum.platform.plugins.module_utils.kube.release import Release
from ansible_collections.stratum.platform.plugins.module_utils.kube.wish import Options, Wanted


class Releases:
    """Releases in one namespace of one cluster; every call is a run of its own."""

    def __init__(self, kubeconfig: Path, namespace: str) -> None:
        self.kubeconfig = str(kubeconfig)
        self.namespace = namespace
        self.said: list[str] = []

    def install(
        self,
        text: str,
        name: str = "app",
        hooks: tuple[Hook, ...] = (),
        rules: tuple[dict[str, Any], ...] = (),
        **options: Any,
    ) -> Outcome:
        """Bring a release to the objects of a YAML text."""
        owner = Owner(self.namespace, name)
        with Cluster(self.kubeconfig) as cluster:
            objects = wanted(load(text, "test.yml"), owner, cluster.namespaced)
            of_chart = hooked(hooks, owner, cluster.namespaced)
            release = Release(cluster, owner, self._options(options), self.said.append)
            return release.install(Wanted(objects, of_chart, list(rules)))

    def roll_back(self, revision: int | None = None, name: str = "app", **options: Any) -> Outcome:
        """Bring a release back."""
        with Cluster(self.kubeconfig) as cluster:
            return self._release(cluster, name, options).roll_back(revision)

    def remove(self, name: str = "app", **options: Any) -> Outcome:
        """Remove a release."""
        with Cluster(self.kubeconfig) as cluster:
            return self._release(cluster, name, options).remove()

    def _release(self, cluster: Cluster, name: str, options: dict[str, Any]) -> Release:
        owner = Owner(self.namespace, name)
        return Release(cluster, owner, self._options(options), self.said.append)

    @staticmethod
    def _options(given: dict[str, Any]) -> Options:
        return Options(**{"timeout": 60.0, **given})


def changes(outcome: Outcome) -> dict[str, str]:
    """What became of each object, unchanged ones left out."""
    told = {item.told["object"]: item.change for item in outcome.items}
    return {key: change for key, change in told.items() if change != "unchanged"}


def config(name: str, value: str = "1") -> str:
    """A ConfigMap with one value."""
    return (
        "---\napiVersion: v1\nkind: ConfigMap\n"
        f'metadata:\n  name: {name}\ndata:\n  key: "{value}"\n'
    )


def secret(name: str, value: str) -> str:
    """A Secret with one value."""
    encoded = base64.b64encode(value.encode()).decode()
    return (
        "---\napiVersion: v1\nkind: Secret\n"
        f"metadata:\n  name: {name}\ndata:\n  password: {encoded}\n"
    )


def deployment(name: str, image: str = "localhost/stratum/base:1", extra: str = "") -> str:
    """A Deployment of one pod that sleeps; `extra` are further lines of its container."""
    return f"""---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
spec:
  selector:
    matchLabels: {{app: {name}}}
  template:
    metadata:
      labels: {{app: {name}}}
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: main
          image: {image}
          imagePullPolicy: Never
          command: [sleep, "3600"]
{extra}"""
