"""What builds images here as docker's buildx does on GitHub: BuildKit, without Docker's engine.

The public images that our Dockerfiles begin with are played by ones made of Debian's packages and
this machine's Go, under their names; a policy of sources lets the pinned one be another.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from registry import SECONDS, SYSTEM_TRUST, USER, Registry

from testbed import base
from testbed.build import binary, cache_lock
from testbed.layout import CACHE
from testbed.requirements import go, program

# What was built before is found again.
HOME = CACHE / "buildkit"
PYTHON = "library/python:3.13-slim-bookworm"
GOLANG = "library/golang:1.26.8-bookworm"
POLICY = {
    "rules": [
        {
            "action": "CONVERT",
            "selector": {"identifier": f"docker-image://docker.io/{GOLANG}@*"},
            "updates": {"identifier": f"docker-image://docker.io/{GOLANG}"},
        }
    ]
}
# Whom this machine trusts, its packages' indexes among them.
TRUST = "/etc/ssl/certs/ca-certificates.crt"
PYTHON_FILE = f"""FROM scratch
ADD root.tar /
COPY trust.crt {TRUST}
ENV SSL_CERT_FILE={TRUST} PIP_CERT={TRUST}
"""
GOLANG_FILE = """ARG PYTHON
FROM ${PYTHON}
COPY --from=go . /usr/local/go
ENV PATH=/usr/local/go/bin:/usr/local/bin:/usr/bin:/bin
"""


@contextmanager
def builder(registry: Registry, folder: Path) -> Iterator[dict[str, str]]:
    """Variables with which `make images` builds there."""
    socket = folder / "buildkitd.sock"
    plugins = folder / "docker" / "cli-plugins"
    plugins.mkdir(parents=True)
    (plugins / "docker-buildx").symlink_to(binary("docker-buildx"))
    policy = folder / "policy.json"
    policy.write_text(json.dumps(POLICY), "utf-8")
    variables = {
        "BUILDKIT_HOST": f"unix://{socket}",
        "DOCKER_CONFIG": str(plugins.parent),
        "EXPERIMENTAL_BUILDKIT_SOURCE_POLICY": str(policy),
        # Nobody runs another architecture's programs here.
        "PLATFORMS": "linux/amd64",
        "SSL_CERT_FILE": str(registry.trust),
    }
    with _running(folder, socket, registry):
        _seed(folder / "seed", registry, variables)
        yield variables


@contextmanager
def _running(folder: Path, socket: Path, registry: Registry) -> Iterator[None]:
    settings = folder / "buildkitd.toml"
    settings.write_text(_settings(socket, registry), "utf-8")
    program("runc")
    with (folder / "buildkitd.log").open("wb") as log:
        command = [str(binary("buildkitd")), f"--config={settings}"]
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _wait(process, socket)
            yield
        finally:
            process.terminate()
            process.wait()


def _settings(socket: Path, registry: Registry) -> str:
    return f"""root = "{HOME}"
[grpc]
address = ["unix://{socket}"]
[worker.containerd]
enabled = false
[worker.oci]
enabled = true
snapshotter = "overlayfs"
networkMode = "host"
[registry."docker.io"]
mirrors = ["{registry.open_door}"]
[registry."{registry.open_door}"]
http = true
[registry."{registry.door}"]
ca = ["{registry.trust}"]
"""


def _wait(process: subprocess.Popen[bytes], socket: Path) -> None:
    end = time.monotonic() + SECONDS
    while not socket.exists():
        if process.poll() is not None or time.monotonic() > end:
            raise TimeoutError("buildkitd does not begin; its log is beside its settings")
        time.sleep(0.2)


def _seed(folder: Path, registry: Registry, variables: Mapping[str, str]) -> None:
    """Push what our Dockerfiles begin with."""
    config = folder / "docker"
    shutil.copytree(variables["DOCKER_CONFIG"], config, symlinks=True)
    environment = os.environ | variables | {"DOCKER_CONFIG": str(config)}
    login = ["docker", "login", registry.door, f"--username={USER}", "--password-stdin"]
    subprocess.run(login, input=registry.password, env=environment, text=True, check=True)
    create = ["docker", "buildx", "create", "--name=seed", "--driver=remote"]
    subprocess.run([*create, variables["BUILDKIT_HOST"]], env=environment, check=True)
    context = folder / "context"
    context.mkdir()
    with cache_lock("images"):
        shutil.copyfile(base.tarball(), context / "root.tar")
    shutil.copyfile(SYSTEM_TRUST, context / "trust.crt")
    root = subprocess.check_output([go(), "env", "GOROOT"], text=True).strip()
    for name, text in ((PYTHON, PYTHON_FILE), (GOLANG, GOLANG_FILE)):
        file = folder / "Dockerfile"
        file.write_text(text, "utf-8")
        build = ["docker", "buildx", "build", "--builder=seed", "--push", f"--file={file}"]
        build += [f"--tag={registry.door}/{name}", f"--build-context=go={root}"]
        build += [f"--build-arg=PYTHON={PYTHON}", "--progress=plain", str(context)]
        subprocess.run(build, env=environment, check=True)
