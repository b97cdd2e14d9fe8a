"""cert-manager on the cluster as its role installs it: upstream's chart, and its own controllers
out of its module. It is the whole cluster's, so there is one at a time.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography import x509

from roles import Role, Run
from testbed.cluster import Cluster
from testbed.parts import PARTS, Part
from testbed.requirements import go

MODULE = "github.com/cert-manager/cert-manager"
PROGRAMS = ("controller", "webhook", "cainjector")


@dataclass(frozen=True)
class Installed:
    """The role with what it was given."""

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

    def pem(self, secret: str, key: str = "tls.crt") -> bytes:
        data = json.loads(self.kubectl("get", "secret", secret, "--output=json"))["data"]
        return base64.b64decode(data[key])

    def certificate(self, secret: str, key: str = "tls.crt") -> x509.Certificate:
        return x509.load_pem_x509_certificate(self.pem(secret, key))

    def names(self, kind: str) -> list[str]:
        return self.kubectl("get", kind, "--output=name").split()


@contextmanager
def installed_on(cluster: Cluster, folder: Path) -> Iterator[Installed]:
    """In a namespace of its own; its definitions go with it."""
    namespace = f"test-{secrets.token_hex(4)}"
    role = Role(cluster, "cert_manager", namespace, folder / "role")
    found = Installed(role, upstream_chart(folder))
    try:
        found.install()
        yield found
    finally:
        found.role.run(found.given, tasks="absent")
        kept = [name for name in found.names("crds") if "cert-manager.io" in name]
        cluster.kubectl("delete", *kept, "--wait=false")
        cluster.kubectl("delete", "namespace", namespace, "--wait=false")


def module_of(path: str, part: Part) -> tuple[Path, str]:
    """Folder and version of a module that a program of the bed is built with."""
    command = [go(), "list", "-m", "-f", "{{.Dir}} {{.Version}}", path]
    environment = {**os.environ, "GOWORK": "off"}
    asked = subprocess.run(
        command, cwd=part.folder, env=environment, capture_output=True, text=True, check=True
    )
    source, version = asked.stdout.split()
    return Path(source), version


def upstream_chart(folder: Path) -> Path:
    """The chart in upstream's module, with the version that a release of it has."""
    source, version = module_of(MODULE, PARTS["cert-manager-controller"])
    chart = folder / "cert-manager"
    shutil.copytree(source / "deploy" / "charts" / "cert-manager", chart)
    for path in (chart, *chart.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    text = (chart / "Chart.yaml").read_text()
    (chart / "Chart.yaml").write_text(text.replace("v0.0.0", version))
    return chart
