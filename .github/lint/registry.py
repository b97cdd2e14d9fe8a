"""A registry on this machine: a door with TLS and an account to push through, and one to pull.

The program is the registry of the project distribution, in two processes on one folder.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import ssl
import subprocess
import tarfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

import bcrypt

from testbed.build import binary
from testbed.certificates import Authority
from testbed.images import Image

PUSH_PORT, PULL_PORT = 5443, 5080
SYSTEM_TRUST = Path("/etc/ssl/certs/ca-certificates.crt")
SECONDS = 20
USER = "pusher"


@dataclass(frozen=True)
class Registry:
    """Where it is; `trust` are the authorities of this machine and its own."""

    address: str
    password: str
    trust: Path

    @property
    def door(self) -> str:
        return f"{self.address}:{PUSH_PORT}"

    @property
    def open_door(self) -> str:
        return f"{self.address}:{PULL_PORT}"

    def secrets(self) -> dict[str, str]:
        """What the pipeline pushes with."""
        return {
            "HELM_REPO_REGISTRY": f"{self.door}/fork",
            "HELM_REPO_USER": USER,
            "HELM_REPO_PASSWORD": self.password,
        }

    def take(self, image: Image) -> str:
        """Have an image of the test bed, bytes as they are; gives its name there, by digest."""
        name = f"stratum/{image.name}"
        with tarfile.open(image.archive) as archive:
            members = {Path(m.name).name: m for m in archive if m.isfile()}
            for digest, member in members.items():
                if "blobs/sha256/" in member.name:
                    file = archive.extractfile(member)
                    assert file is not None
                    self._upload(name, digest, file.read())
            manifest = archive.extractfile(members[image.digest.removeprefix("sha256:")])
            assert manifest is not None
            self._name(name, image.version, manifest.read())
        return f"localhost/{name}@{image.digest}"

    def _upload(self, name: str, digest: str, content: bytes) -> None:
        begun = self._ask("POST", f"/v2/{name}/blobs/uploads/", b"")
        place = begun["Location"]
        path = place if place.startswith("/") else place.split(self.door, 1)[1]
        self._ask("PUT", f"{path}&digest=sha256:{digest}", content)

    def _name(self, name: str, version: str, manifest: bytes) -> None:
        kind = json.loads(manifest)["mediaType"]
        self._ask("PUT", f"/v2/{name}/manifests/{version}", manifest, kind)

    def _ask(
        self, method: str, path: str, body: bytes, kind: str = "application/octet-stream"
    ) -> Message:
        account = base64.b64encode(f"{USER}:{self.password}".encode()).decode()
        headers = {"Content-Type": kind, "Authorization": f"Basic {account}"}
        url = f"https://{self.door}{path}"
        request = urllib.request.Request(url, body, headers, method=method)
        context = ssl.create_default_context(cafile=str(self.trust))
        with urllib.request.urlopen(request, timeout=60, context=context) as answer:
            found: Message = answer.headers
        return found


@contextmanager
def registry(address: str, folder: Path) -> Iterator[Registry]:
    """A new one, gone with what it holds."""
    authority = Authority(folder, "registry-authority").make()
    pair = authority.server("registry", [], [address])
    trust = folder / "trust.pem"
    own = authority.pair.certificate.read_text("utf-8")
    trust.write_text(f"{SYSTEM_TRUST.read_text('utf-8')}\n{own}", "utf-8")
    found = Registry(address, secrets.token_hex(16), trust)
    accounts = folder / "accounts"
    hashed = bcrypt.hashpw(found.password.encode(), bcrypt.gensalt(4)).decode()
    accounts.write_text(f"{USER}:{hashed}\n", "utf-8")
    tls = {"certificate": str(pair.certificate), "key": str(pair.key)}
    push = {
        **_settings(folder, {"addr": found.door, "tls": tls}, read_only=False),
        "auth": {"htpasswd": {"realm": "registry", "path": str(accounts)}},
    }
    pull = _settings(folder, {"addr": found.open_door}, read_only=True)
    with _running(folder / "push.json", push), _running(folder / "pull.json", pull):
        _wait(f"http://{found.open_door}/v2/")
        yield found


def _settings(folder: Path, http: dict[str, Any], *, read_only: bool) -> dict[str, Any]:
    storage = {
        "filesystem": {"rootdirectory": str(folder / "content")},
        "maintenance": {"uploadpurging": {"enabled": False}, "readonly": {"enabled": read_only}},
    }
    return {"version": "0.1", "log": {"level": "error"}, "storage": storage, "http": http}


@contextmanager
def _running(path: Path, settings: dict[str, Any]) -> Iterator[None]:
    path.write_text(json.dumps(settings), "utf-8")
    with path.with_suffix(".log").open("wb") as log:
        process = subprocess.Popen(
            [str(binary("registry")), "serve", str(path)],
            stdout=log,
            stderr=log,
            env=os.environ | {"OTEL_TRACES_EXPORTER": "none"},
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait()


def _wait(url: str) -> None:
    end = time.monotonic() + SECONDS
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
