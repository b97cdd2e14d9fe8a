"""The Go programs that beds and images are made of. Versions stand in each module's go.mod."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from testbed.layout import CACHE, MODULES

BUILD_FLAGS = ("-trimpath", "-buildvcs=false")
LINK_FLAGS = "-s -w"
OWN_VERSION = "v1"


@dataclass(frozen=True)
class Part:
    """`version_symbols` are Go variables which the linker sets to the module's version.

    `bare` is whether its makers write that without a `v`.
    """

    name: str
    module: str
    package: str
    version_symbols: tuple[str, ...] = ()
    bare: bool = False

    @property
    def folder(self) -> Path:
        return MODULES / self.module

    @property
    def version(self) -> str:
        return _version(self.folder, self.package)

    @property
    def release(self) -> str:
        """As its makers count: Prometheus 3.13.4 is the module's v0.313.4."""
        version = self.version
        if self.module == "prometheus":
            version = re.sub(r"^v0\.3(\d\d)\.", r"v3.\1.", version)
        return version.removeprefix("v") if self.bare else version

    @property
    def link_flags(self) -> str:
        settings = (f"-X {symbol}={self.release}" for symbol in self.version_symbols)
        return " ".join([LINK_FLAGS, *settings])

    @property
    def binary(self) -> Path:
        """The name carries what it is built from, so a newer source is never mistaken for it."""
        source = _source_digest(self.folder)
        flags = hashlib.sha256(" ".join([*BUILD_FLAGS, self.link_flags]).encode()).hexdigest()
        digest = hashlib.sha256(f"{source} {flags}".encode()).hexdigest()[:12]
        return CACHE / "bin" / f"{self.module}-{self.version}-{digest}" / self.name


@cache
def _version(folder: Path, package: str) -> str:
    """The version of the required module that the package lies in."""
    source = (folder / "go.mod").read_text().split("\nreplace ")[0]
    required = re.findall(r"^(?:require |\t)(\S+) (v\S+)", source, re.MULTILINE)
    holders = [
        (path, version) for path, version in required if f"{package}/".startswith(f"{path}/")
    ]
    return max(holders, key=lambda holder: len(holder[0]))[1] if holders else OWN_VERSION


@cache
def _source_digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        digest.update(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def _kubernetes(name: str) -> Part:
    symbol = "k8s.io/component-base/version.gitVersion"
    return Part(name, "kubernetes", f"k8s.io/kubernetes/cmd/{name}", (symbol,))


def _cert_manager(name: str) -> Part:
    package = "github.com/cert-manager/cert-manager/bed"
    return Part(f"cert-manager-{name}", "cert-manager", package)


def _of_prometheus(name: str, module: str) -> Part:
    package = f"github.com/prometheus/{module}/cmd/{name}"
    return Part(name, module, package, (_PROMETHEUS_VERSION,), bare=True)


_PROMETHEUS_VERSION = "github.com/prometheus/common/version.Version"
_ALL = (
    _kubernetes("kube-apiserver"),
    _kubernetes("kube-controller-manager"),
    _kubernetes("kube-scheduler"),
    _kubernetes("kubelet"),
    _kubernetes("kube-proxy"),
    _kubernetes("kubectl"),
    Part("etcd", "etcd", "go.etcd.io/etcd/server/v3"),
    Part("pause", "pause", "stratum.platform/cluster/pause"),
    Part("coredns", "coredns", "github.com/coredns/coredns"),
    Part(
        "local-path-provisioner",
        "local-path-provisioner",
        "github.com/rancher/local-path-provisioner",
        ("main.VERSION",),
    ),
    Part(
        "helm",
        "helm",
        "helm.sh/helm/v4/cmd/helm",
        ("helm.sh/helm/v4/internal/version.version",),
    ),
    Part("kwok", "kwok", "sigs.k8s.io/kwok/cmd/kwok"),
    Part("minio", "minio", "github.com/minio/minio"),
    # A registry, and what builds images for it as on GitHub.
    Part("registry", "registry", "github.com/distribution/distribution/v3/cmd/registry"),
    Part("buildkitd", "buildkit", "github.com/moby/buildkit/cmd/buildkitd"),
    Part("docker-buildx", "buildx", "github.com/docker/buildx/cmd/buildx"),
    *map(_cert_manager, ("cainjector", "controller", "webhook")),
    Part(
        "metrics-server",
        "metrics-server",
        "sigs.k8s.io/metrics-server/cmd/metrics-server",
        ("k8s.io/client-go/pkg/version.gitVersion",),
    ),
    Part(
        "node_exporter",
        "node_exporter",
        "github.com/prometheus/node_exporter",
        (_PROMETHEUS_VERSION,),
        bare=True,
    ),
    Part("traefik", "traefik", "github.com/traefik/traefik/v3/cmd/traefik"),
    _of_prometheus("alertmanager", "alertmanager"),
    _of_prometheus("amtool", "alertmanager"),
    _of_prometheus("prometheus", "prometheus"),
    _of_prometheus("promtool", "prometheus"),
    Part(
        "loki",
        "loki",
        "github.com/grafana/loki/v3/cmd/loki",
        ("github.com/grafana/loki/v3/pkg/util/build.Version",),
        bare=True,
    ),
)
PARTS = {part.name: part for part in _ALL}
# What every bed runs; the rest is built when it is asked for.
ALWAYS = (
    "etcd",
    "kube-apiserver",
    "kubectl",
    "pause",
    "kube-scheduler",
    "kube-controller-manager",
    "kubelet",
    "kube-proxy",
    "coredns",
    "local-path-provisioner",
)
# What the tests ask for besides.
FOR_TESTS = ("helm", "kwok", "minio")
