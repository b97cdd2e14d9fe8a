"""The programs that are measured against: fetched and built once, into a folder of their own.

python bench/peers.py    prints where they are
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

CACHE = Path.home() / ".cache" / "stratum" / "peers"
ANSIBLE = "ansible==12.*"  # the last that runs on Python 3.11; it brings kubernetes.core along
KUBERNETES = "kubernetes==36.0.3"
HELMFILE = ("github.com/helmfile/helmfile", "v1.8.0")
# Newer ones are not in the module proxy.
HELM_DIFF = ("github.com/databus23/helm-diff/v3", "v3.9.11")


def ansible() -> Path:
    """The `ansible-playbook` of an environment with the PyPI package `ansible`."""
    home = CACHE / "ansible"
    playbook = home / "bin" / "ansible-playbook"
    marker = home / "complete"
    if not marker.exists():
        _say("installing the package ansible")
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
        pip = [str(home / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, ANSIBLE, KUBERNETES], check=True)
        marker.touch()
    return playbook


def kubernetes_core() -> str:
    """The version of the collection kubernetes.core."""
    pattern = "lib/python3*/site-packages/ansible_collections/kubernetes/core/MANIFEST.json"
    found = next((CACHE / "ansible").glob(pattern))
    version: str = json.loads(found.read_text(encoding="utf-8"))["collection_info"]["version"]
    return version


def helmfile() -> Path:
    """The program helmfile."""
    return _built(*HELMFILE, "go.szostok.io/version.version")


def helm_plugins() -> Path:
    """A folder of Helm plugins with `diff`, which `helmfile apply` needs."""
    plugins = CACHE / f"plugins-{HELM_DIFF[1]}"
    plugin = plugins / "helm-diff"
    program = plugin / "bin" / "diff"
    if not program.exists():
        built = _built(*HELM_DIFF, f"{HELM_DIFF[0]}/cmd.Version")
        program.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(_source(*HELM_DIFF) / "plugin.yaml", plugin / "plugin.yaml")
        shutil.copy(built, program)
    return plugins


def _built(module: str, version: str, version_symbol: str) -> Path:
    """A program built in its module's own folder, where its own replacements count."""
    name = module.removesuffix("/v3").rpartition("/")[2]
    program = CACHE / "bin" / f"{name}-{version}" / name
    if not program.exists():
        _say(f"building {name} {version}")
        program.parent.mkdir(parents=True, exist_ok=True)
        unfinished = program.with_suffix(".unfinished")
        flags = ["-trimpath", f"-ldflags=-s -w -X {version_symbol}={version}"]
        command = ["nice", "go", "build", *flags, "-o", str(unfinished), "."]
        environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "", "GOWORK": "off"}
        subprocess.run(command, cwd=_source(module, version), env=environment, check=True)
        unfinished.rename(program)
    return program


def _source(module: str, version: str) -> Path:
    command = ["go", "mod", "download", "-json", f"{module}@{version}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Path(json.loads(done.stdout)["Dir"])


def _say(what: str) -> None:
    print(what, flush=True)


if __name__ == "__main__":
    for path in (ansible(), helmfile(), helm_plugins()):
        print(path)
