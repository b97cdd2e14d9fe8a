"""Made-up objects as a product's components bring them along: five a part, of seven kinds. Pure."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Manifest = dict[str, Any]
OBJECTS_A_PART = 5
KINDS = (
    "serviceaccounts",
    "configmaps",
    "secrets",
    "services",
    "roles",
    "rolebindings",
    "deployments",
)
IMAGE = "localhost/stratum/base:1"
# Of the test bed's kwok nodes, which only pretend to run pods: tools are measured, not pods.
FAKE_NODE = "kwok.x-k8s.io/node"
CONFIGURATION = "\n".join(f"section_{i}:\n  key: value of line {i}" for i in range(30))


@dataclass(frozen=True)
class Part:
    """Five objects that belong together, in the order in which a person would write them."""

    name: str
    objects: tuple[Manifest, ...]

    @property
    def settings(self) -> Manifest:
        """The object which `changed` changes."""
        return next(found for found in self.objects if found["kind"] == "ConfigMap")

    def changed(self, mark: str) -> Part:
        """The same with one value of one ConfigMap changed."""
        wanted = self.settings
        other = {**wanted, "data": {**wanted["data"], "mark": mark}}
        return Part(self.name, tuple(other if o is wanted else o for o in self.objects))


def parts(objects: int, namespace: str) -> list[Part]:
    """That many objects; a third of the parts are rights, the rest are applications."""
    return [part(f"part-{i:04d}", namespace, i) for i in range(objects // OBJECTS_A_PART)]


def part(name: str, namespace: str, number: int) -> Part:
    """The objects of one part; its kind goes by its number."""
    about = _About(name, namespace)
    account, settings, secret = about.account(), about.settings(), about.secret()
    if number % 3 == 0:
        found = (account, settings, secret, about.service(), about.deployment(name))
    elif number % 3 == 1:
        found = (account, about.role(), about.binding(), settings, secret)
    else:
        pages = about.settings("pages")
        found = (settings, pages, secret, about.service(), about.deployment("default"))
    return Part(name, found)


def all_of(found: Sequence[Part]) -> list[Manifest]:
    """The objects of several parts."""
    return [manifest for one in found for manifest in one.objects]


@dataclass(frozen=True)
class _About:
    name: str
    namespace: str

    def account(self) -> Manifest:
        return self._object("v1", "ServiceAccount", automountServiceAccountToken=False)

    def settings(self, suffix: str = "settings") -> Manifest:
        data = {"settings.yml": CONFIGURATION, "mark": "first"}
        return self._object("v1", "ConfigMap", f"{self.name}-{suffix}", data=data)

    def secret(self) -> Manifest:
        values = {key: f"{key} of {self.name}" for key in ("user", "password", "token")}
        data = {key: base64.b64encode(value.encode()).decode() for key, value in values.items()}
        return self._object("v1", "Secret", type="Opaque", data=data)

    def service(self) -> Manifest:
        ports = [
            {"name": "http", "port": 80, "targetPort": "http", "protocol": "TCP"},
            {"name": "metrics", "port": 9090, "targetPort": "metrics", "protocol": "TCP"},
        ]
        return self._object("v1", "Service", spec={"selector": self._labels(), "ports": ports})

    def role(self) -> Manifest:
        rules = [
            {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list", "watch"]},
            {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["get", "list"]},
        ]
        return self._object("rbac.authorization.k8s.io/v1", "Role", rules=rules)

    def binding(self) -> Manifest:
        group = "rbac.authorization.k8s.io"
        return self._object(
            f"{group}/v1",
            "RoleBinding",
            roleRef={"apiGroup": group, "kind": "Role", "name": self.name},
            subjects=[{"kind": "ServiceAccount", "name": self.name, "namespace": self.namespace}],
        )

    def deployment(self, account: str) -> Manifest:
        pod = {
            "serviceAccountName": account,
            "nodeSelector": {FAKE_NODE: "fake"},
            "tolerations": [{"key": FAKE_NODE, "operator": "Exists", "effect": "NoSchedule"}],
            "containers": [self._container()],
            "volumes": [{"name": "settings", "configMap": {"name": f"{self.name}-settings"}}],
        }
        spec = {
            "replicas": 1,
            "selector": {"matchLabels": self._labels()},
            "template": {"metadata": {"labels": self._labels()}, "spec": pod},
        }
        return self._object("apps/v1", "Deployment", spec=spec)

    def _container(self) -> Manifest:
        reference = {"name": self.name, "key": "password"}
        return {
            "name": "main",
            "image": IMAGE,
            "args": ["python3", "-m", "http.server", "8080"],
            "ports": [
                {"name": "http", "containerPort": 8080, "protocol": "TCP"},
                {"name": "metrics", "containerPort": 9090, "protocol": "TCP"},
            ],
            "env": [{"name": "PASSWORD", "valueFrom": {"secretKeyRef": reference}}],
            "readinessProbe": {"httpGet": {"path": "/readyz", "port": "http"}},
            "resources": {"requests": {"cpu": "10m", "memory": "32Mi"}},
            "volumeMounts": [{"name": "settings", "mountPath": "/etc/main"}],
        }

    def _labels(self) -> dict[str, str]:
        return {"app.kubernetes.io/name": self.name, "app.kubernetes.io/part-of": "bench"}

    def _object(self, api_version: str, kind: str, name: str = "", **rest: Any) -> Manifest:  # noqa: ANN401
        metadata = {
            "name": name or self.name,
            "namespace": self.namespace,
            "labels": self._labels(),
        }
        return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **rest}
