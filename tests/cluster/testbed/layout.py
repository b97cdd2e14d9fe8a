"""Where a bed keeps its things and which addresses it uses; all of it follows from its name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOM = Path(__file__).resolve().parent.parent
MODULES = ROOM / "modules"
STAND_IN = ROOM / "stand_in"
MARIADB = ROOM / "mariadb"
MANIFESTS = ROOM / "manifests"
CACHE = Path.home() / ".cache" / "stratum" / "cluster"
MIRROR = Path.home() / ".cache" / "stratum" / "mirror"


@dataclass(frozen=True)
class Layout:
    """A second bed (for tests that break one) takes another name, interface and network."""

    name: str = "stratum-cluster"
    interface: str = "stratum0"
    network: str = "10.231"

    @property
    def state(self) -> Path:
        return Path("/run") / self.name

    @property
    def data(self) -> Path:
        return Path("/var/lib") / self.name

    @property
    def kubeconfig(self) -> Path:
        return self.state / "kubeconfig"

    @property
    def pids(self) -> Path:
        return self.state / "pids"

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    @property
    def secrets(self) -> Path:
        return self.state / "secrets"

    @property
    def configuration(self) -> Path:
        return self.state / "configuration"

    @property
    def containerd_socket(self) -> Path:
        return self.state / "containerd.sock"

    @property
    def network_namespace(self) -> Path:
        return Path("/run/netns") / self.name

    @property
    def host_address(self) -> str:
        """Where pods reach a server that runs on this machine outside the bed."""
        return f"{self.network}.0.1"

    @property
    def node_address(self) -> str:
        return f"{self.network}.0.2"

    @property
    def pod_network(self) -> str:
        return f"{self.network}.2.0/23"

    @property
    def service_network(self) -> str:
        return f"{self.network}.16.0/20"

    @property
    def dns_address(self) -> str:
        return f"{self.network}.16.10"

    @property
    def api_url(self) -> str:
        return f"https://{self.node_address}:6443"


DEFAULT = Layout()
