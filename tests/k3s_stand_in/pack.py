#!/usr/bin/env python3
"""Packs a stand-in for K3s of a version into one file, of the programs that the test bed builds.

python tests/k3s_stand_in/pack.py v1.36.3+k3s1      # prints its path, name and sha256 as JSON
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from string import Template

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "cluster"))

from testbed import images  # noqa: E402  (the path is set above)
from testbed.build import binaries, cache_lock  # noqa: E402
from testbed.parts import BUILD_FLAGS, LINK_FLAGS, PARTS  # noqa: E402
from testbed.requirements import go  # noqa: E402

VERSION = re.compile(r"v1\.\d+\.\d+\+k3s\d+")
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "stratum" / "k3s"
# The same for every version; kubelet tells the cluster the version, so it is linked for each.
SAME = (
    "coredns",
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-proxy",
    "kube-scheduler",
    "kubectl",
    "local-path-provisioner",
)
STORAGE = HERE.parent / "cluster" / "manifests" / "storage.yaml"
VOLUMES = "/var/lib/rancher/k3s/storage"
KUBELET_VERSION = "k8s.io/component-base/version.gitVersion"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("version", help="which version it says it is, such as v1.36.3+k3s1")
    version = parser.parse_args().version
    if not VERSION.fullmatch(version):
        parser.error(f"{version} is no version of K3s, such as v1.36.3+k3s1")
    path = pack(version)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    print(json.dumps({"name": path.name, "sha256": digest, "folder": str(path.parent)}))
    return 0


def pack(version: str) -> Path:
    """The file, made if it is not there."""
    same = binaries(SAME)
    pause = images.named("pause")
    digest = _digest([version, *map(str, same.values()), str(pause.archive), _storage()])
    path = CACHE / f"{version}-{digest}" / f"k3s-{version}"
    with cache_lock(f"k3s-{version}"):
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            programs = {**same, "kubelet": _kubelet(path.parent, version)}
            _pack(path, version, digest, programs, pause.archive)
            programs["kubelet"].unlink()
    return path


def _pack(path: Path, version: str, digest: str, programs: dict[str, Path], pause: Path) -> None:
    print(f"packing the stand-in {version}", file=sys.stderr)
    partial = path.with_suffix(".partial")
    _build(HERE, ["-o", str(partial), "."], LINK_FLAGS)
    with zipfile.ZipFile(partial, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("version", version)
        archive.writestr("digest", digest)
        archive.write(pause, "pause.tar")
        archive.writestr("storage.yaml", _storage())
        for name, program in sorted(programs.items()):
            archive.write(program, f"bin/{name}")
    partial.chmod(0o755)
    partial.rename(path)


def _storage() -> str:
    """What the test bed gives its own provisioner; the helper pods' image may be pulled."""
    values = {"base_image": f"{images.REGISTRY}/base:{images.BASE_VERSION}", "volumes": VOLUMES}
    text = Template(STORAGE.read_text("utf-8")).substitute(values)
    return text.replace("imagePullPolicy: Never", "imagePullPolicy: IfNotPresent")


def _kubelet(folder: Path, version: str) -> Path:
    part, path = PARTS["kubelet"], folder / "kubelet"
    flags = f"{LINK_FLAGS} -X {KUBELET_VERSION}={version}"
    _build(part.folder, ["-o", str(path), part.package], flags)
    return path


def _build(folder: Path, arguments: list[str], link_flags: str) -> None:
    command = ["nice", go(), "build", *BUILD_FLAGS, "-ldflags", link_flags, *arguments]
    environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "", "GOWORK": "off"}
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=sys.stderr)


def _digest(parts: list[str]) -> str:
    digest = hashlib.sha256("\n".join(parts).encode())
    for source in sorted([*HERE.glob("*.go"), HERE / "go.mod"]):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:12]


if __name__ == "__main__":
    sys.exit(main())
