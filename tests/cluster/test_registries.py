"""An environment's registries, for real: kubelet pulls with the login that a vault gives."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from environment import Environment
from private_registry import PrivateRegistry, private_registry
from testbed.cluster import Cluster

pytestmark = pytest.mark.platform

BIN = Path(sys.executable).parent
USER, PASSWORD, WRONG = "puller", "correct-horse-battery", "wrong-horse-staple"
SECRET, HOOK_SECRET = "app-registries", "app-hook-registries"
PRODUCT = """
product: private
tiers: [apps]
components:
  app:
    tier: apps
    role: chart
    namespace: {{ environment.name }}
    vars:
      chart_path: {{ parameters.chart | tojson }}
      chart_registries: true
      chart_timeout: {{ parameters.timeout }}
      chart_values: {image: {{ parameters.image | tojson }}}
  other:
    tier: apps
    role: manifest
    namespace: {{ environment.name }}
    vars:
      manifest_sources: {{ parameters.other | tojson }}
"""
POD = """
      automountServiceAccountToken: false
      terminationGracePeriodSeconds: 0
      restartPolicy: %s
      containers:
        - name: main
          image: {{ .Values.image | quote }}
          imagePullPolicy: Always
          command: %s
"""
CHART = f"""
apiVersion: batch/v1
kind: Job
metadata:
  name: {{{{ .Release.Name }}}}-first
  annotations: {{"helm.sh/hook": pre-install}}
spec:
  backoffLimit: 0
  template:
    spec:{POD % ("Never", '["true"]')}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: app}}
spec:
  selector: {{matchLabels: {{app: app}}}}
  template:
    metadata: {{labels: {{app: app}}}}
    spec:{POD % ("Always", '[sleep, "3600"]')}
"""


@dataclass(frozen=True)
class World:
    """An environment whose product has one chart that pulls privately, and one release that not."""

    environment: Environment
    cluster: Cluster
    registry: PrivateRegistry

    @property
    def folder(self) -> Path:
        return self.environment.project

    def write(self) -> None:
        chart = self.folder / "chart" / "templates" / "all.yaml"
        product = self.folder / "products" / "private"
        lock = {"version": "1.0.0", "source": source(), "files": [], "images": []}
        release = {"product": "private", "version": "1.0.0", "released": "2026-11-21"}
        named = ("chart", "image", "other", "timeout")
        parameters = {
            name: {"type": kind, "required": True, "description": name}
            for name, kind in zip(named, ("string", "string", "list", "integer"), strict=True)
        }
        for path, text in {
            chart: CHART,
            chart.parents[1] / "Chart.yaml": "apiVersion: v2\nname: app\nversion: 1.0.0\n",
            product / "product.yml.j2": PRODUCT,
            product / "parameters.yml": yaml.safe_dump(parameters),
            product / "releases" / "1.0.0.yml": yaml.safe_dump(
                {**release, "components": {"app": lock, "other": lock}}
            ),
            self.folder / "password": "of the vault",
        }.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.describe(timeout=20)

    def describe(self, timeout: int) -> None:
        config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "other"}}
        self.environment.write(
            product="private",
            clusters={"bed": {"kubeconfig": str(self.cluster.kubeconfig)}},
            secrets={"vault": "secrets.yml", "missing": "generate"},
            registries={
                self.registry.host: {"user": USER, "password": {"secret": "registries.own"}},
                "elsewhere.example.org": {"user": "b", "password": {"secret": "registries.own"}},
            },
            parameters={
                "chart": "chart",
                "image": self.registry.image,
                "other": [{"objects": [config]}],
                "timeout": timeout,
            },
        )

    def give(self, password: str) -> None:
        """Keep this password in the vault."""
        self.encrypt(f"registries: {{own: {password}}}\n")

    def encrypt(self, text: str) -> None:
        vault = self.folder / "secrets.yml"
        vault.write_text(text)
        words = [BIN / "ansible-vault", "encrypt", *self.unlock, vault]
        subprocess.run(list(map(str, words)), check=True, capture_output=True)

    @property
    def unlock(self) -> tuple[str, str]:
        return "--vault-password-file", str(self.folder / "password")

    def play(self, *arguments: str, playbook: str = "site", fails: bool = False) -> str:
        """Run a playbook as loudly as it goes: nowhere may a password be seen."""
        text = self.environment.play(
            playbook, *self.unlock, "--diff", "-vvv", *arguments, fails=fails
        )
        account = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        assert not [word for word in (PASSWORD, WRONG, account) if word in text]
        return text

    def get(self, what: str) -> Any:
        words = ("-n", self.environment.name, "get", what, "--output=json", "--ignore-not-found")
        return json.loads(self.cluster.kubectl(*words) or "null")

    def names(self, what: str) -> set[str]:
        return {item["metadata"]["name"] for item in (self.get(what) or {"items": []})["items"]}

    def pods(self) -> set[tuple[str, str]]:
        """How far each is, and the login that it names."""
        return {
            (pod["status"]["phase"], login["name"])
            for pod in self.get("pods")["items"]
            for login in pod["spec"]["imagePullSecrets"]
        }

    def logins(self) -> dict[str, Any]:
        data = self.get(f"secret/{SECRET}")["data"][".dockerconfigjson"]
        return dict(json.loads(base64.b64decode(data))["auths"])


def source() -> dict[str, str]:
    return {"repository": "https://example.org/app", "tag": "v1.0.0", "commit": "1" * 40}


@pytest.fixture
def world(cluster: Cluster, namespace: str, tmp_path: Path) -> Iterator[World]:
    image = cluster.image("base")
    with private_registry(cluster, image, USER, PASSWORD) as registry:
        made = World(Environment(tmp_path, namespace), cluster, registry)
        made.write()
        yield made


def test_pods_and_hooks_pull_with_the_login_of_the_environment(world: World) -> None:
    world.give(WRONG)
    text = world.play(fails=True)
    assert "401 Unauthorized" in text, text
    assert (world.registry.served(), USER in world.registry.refused()) == (set(), True)

    world.give(PASSWORD)
    world.describe(timeout=120)
    world.play("--check")
    assert world.registry.served() == set()
    world.play()
    assert world.environment.states() == {"app": "changed", "other": "ok"}
    assert world.registry.served() == {USER}
    assert list(world.logins()) == [world.registry.host]
    assert world.pods() == {("Running", SECRET), ("Succeeded", HOOK_SECRET)}
    assert world.names("secrets") & {SECRET, HOOK_SECRET} == {SECRET}

    world.play()
    assert set(world.environment.states().values()) == {"unchanged"}


def test_another_password_reaches_the_secret_and_leaves_the_pods_alone(world: World) -> None:
    world.describe(timeout=120)
    world.give(PASSWORD)
    world.play()
    before = world.names("pods")
    world.give(WRONG)
    world.play()
    assert world.logins()[world.registry.host]["password"] == WRONG
    assert world.names("pods") == before


def test_uninstalling_takes_the_login_away(world: World) -> None:
    world.describe(timeout=120)
    world.give(PASSWORD)
    world.play()
    world.play(playbook="uninstall")
    assert SECRET not in world.names("secrets")


def test_a_password_that_the_vault_lacks_is_told_before_anything_starts(world: World) -> None:
    world.encrypt("{}\n")
    text = world.play(fails=True)
    assert "it gives no value for registries.own" in text
    assert set(world.environment.states().values()) == {"not started"}
