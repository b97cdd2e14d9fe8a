"""The programs of the control plane and the node, with their command lines."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from testbed import configuration, requirements
from testbed.build import binary
from testbed.certificates import Authority, Pair, kubeconfig, signing_key
from testbed.layout import Layout

# In the order of starting; each asks the ones before it.
NAMES = (
    "etcd",
    "containerd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubelet",
    "kube-proxy",
)
USERS = {
    "admin": ("admin", "system:masters"),
    "kube-controller-manager": ("system:kube-controller-manager", ""),
    "kube-scheduler": ("system:kube-scheduler", ""),
    "kube-proxy": ("system:kube-proxy", ""),
    "local-path-provisioner": ("local-path-provisioner", "system:masters"),
    "kwok": ("kwok", "system:masters"),
}


@dataclass(frozen=True)
class Credentials:
    """Names of files below the bed's secrets; `make` writes them."""

    layout: Layout

    @property
    def authority(self) -> Authority:
        return Authority(self.layout.secrets, "kubernetes-authority")

    @property
    def front_authority(self) -> Authority:
        return Authority(self.layout.secrets, "front-proxy-authority")

    def pair(self, name: str) -> Pair:
        return Pair(self.file(f"{name}.crt"), self.file(f"{name}.key"))

    def file(self, name: str) -> Path:
        return self.layout.secrets / name

    def kubeconfig(self, user: str) -> Path:
        return self.layout.kubeconfig if user == "admin" else self.file(f"{user}.kubeconfig")

    def make(self) -> None:
        layout, authority = self.layout, self.authority.make()
        service = "kubernetes.default.svc"
        names = ("kubernetes", "kubernetes.default", service, f"{service}.cluster.local")
        first_service = f"{layout.network}.16.1"
        addresses = (layout.node_address, first_service, "127.0.0.1")
        authority.server("kube-apiserver", (*names, "localhost"), addresses)
        authority.server("kubelet-server", (layout.name,), (layout.node_address,))
        authority.client("kubelet-client", "kube-apiserver", ("system:masters",))
        node = authority.client("kubelet", f"system:node:{layout.name}", ("system:nodes",))
        self.front_authority.make().client("front-proxy", "front-proxy")
        signing_key(layout.secrets, "service-accounts")
        self._write_tokens()
        path, ca = self.kubeconfig("kubelet"), authority.pair.certificate
        kubeconfig(path, layout.api_url, ca, client=node)

    def _write_tokens(self) -> None:
        lines = []
        for name, (user, groups) in USERS.items():
            token = secrets.token_urlsafe(24)
            lines.append(f'{token},{user},{name},"{groups}"\n')
            certificate = self.authority.pair.certificate
            kubeconfig(self.kubeconfig(name), self.layout.api_url, certificate, token=token)
        self.file("tokens.csv").touch(mode=0o600)
        self.file("tokens.csv").write_text("".join(lines))


def write_configuration(layout: Layout, pause: str) -> None:
    folder, credentials = layout.configuration, Credentials(layout)
    authority = str(credentials.authority.pair.certificate)
    proxy = configuration.kube_proxy(layout, str(credentials.kubeconfig("kube-proxy")))
    plugins = str(requirements.cni_folder())
    (folder / "network").mkdir(exist_ok=True)
    (folder / "network" / "bed.conflist").write_text(json.dumps(configuration.network(layout)))
    (folder / "kubelet.json").write_text(json.dumps(configuration.kubelet(layout, authority)))
    (folder / "kube-proxy.json").write_text(json.dumps(proxy))
    (folder / "containerd.toml").write_text(configuration.containerd(layout, pause, plugins))


def command(layout: Layout, name: str) -> list[str]:
    folder = layout.configuration
    if name == "containerd":
        return [requirements.program(name), "--config", str(folder / "containerd.toml")]
    flags = {
        "etcd": _etcd,
        "kube-apiserver": _apiserver,
        "kube-controller-manager": _controller_manager,
        "kube-scheduler": _scheduler,
        "kubelet": _kubelet,
        "kube-proxy": _kube_proxy,
    }[name](layout, Credentials(layout))
    return [str(binary(name)), *(f"--{flag}={value}" for flag, value in flags.items())]


def _etcd(layout: Layout, credentials: Credentials) -> dict[str, str]:
    # The loopback of the bed's own network; nothing of the bed survives a power cut anyway.
    client, peer = "http://127.0.0.1:2379", "http://127.0.0.1:2380"
    return {
        "name": "bed",
        "data-dir": f"{layout.data}/etcd",
        "listen-client-urls": client,
        "advertise-client-urls": client,
        "listen-peer-urls": peer,
        "initial-advertise-peer-urls": peer,
        "initial-cluster": f"bed={peer}",
        "unsafe-no-fsync": "true",
        "log-level": "warn",
    }


def _apiserver(layout: Layout, credentials: Credentials) -> dict[str, str]:
    server, kubelet = credentials.pair("kube-apiserver"), credentials.pair("kubelet-client")
    front = credentials.pair("front-proxy")
    signing = str(credentials.file("service-accounts.key"))
    authority = str(credentials.authority.pair.certificate)
    return {
        "advertise-address": layout.node_address,
        "allow-privileged": "true",
        "authorization-mode": "Node,RBAC",
        "client-ca-file": authority,
        "enable-admission-plugins": "NodeRestriction",
        "etcd-servers": "http://127.0.0.1:2379",
        "kubelet-certificate-authority": authority,
        "kubelet-client-certificate": str(kubelet.certificate),
        "kubelet-client-key": str(kubelet.key),
        "kubelet-preferred-address-types": "InternalIP",
        "proxy-client-cert-file": str(front.certificate),
        "proxy-client-key-file": str(front.key),
        "requestheader-allowed-names": "front-proxy",
        "requestheader-client-ca-file": str(credentials.front_authority.pair.certificate),
        "requestheader-extra-headers-prefix": "X-Remote-Extra-",
        "requestheader-group-headers": "X-Remote-Group",
        "requestheader-username-headers": "X-Remote-User",
        "service-account-issuer": "https://kubernetes.default.svc.cluster.local",
        "service-account-key-file": signing,
        "service-account-signing-key-file": signing,
        "service-cluster-ip-range": layout.service_network,
        "tls-cert-file": str(server.certificate),
        "tls-private-key-file": str(server.key),
        "token-auth-file": str(credentials.file("tokens.csv")),
    }


def _controller_manager(layout: Layout, credentials: Credentials) -> dict[str, str]:
    authority = credentials.authority.pair
    return {
        "kubeconfig": str(credentials.kubeconfig("kube-controller-manager")),
        "cluster-signing-cert-file": str(authority.certificate),
        "cluster-signing-key-file": str(authority.key),
        "leader-elect": "false",
        "root-ca-file": str(authority.certificate),
        "service-account-private-key-file": str(credentials.file("service-accounts.key")),
        "use-service-account-credentials": "true",
    }


def _scheduler(layout: Layout, credentials: Credentials) -> dict[str, str]:
    return {
        "kubeconfig": str(credentials.kubeconfig("kube-scheduler")),
        "leader-elect": "false",
    }


def _kubelet(layout: Layout, credentials: Credentials) -> dict[str, str]:
    server = credentials.pair("kubelet-server")
    return {
        "config": str(layout.configuration / "kubelet.json"),
        "hostname-override": layout.name,
        "kubeconfig": str(credentials.kubeconfig("kubelet")),
        "node-ip": layout.node_address,
        "tls-cert-file": str(server.certificate),
        "tls-private-key-file": str(server.key),
    }


def _kube_proxy(layout: Layout, credentials: Credentials) -> dict[str, str]:
    return {"config": str(layout.configuration / "kube-proxy.json")}
