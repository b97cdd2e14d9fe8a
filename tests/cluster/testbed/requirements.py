"""What this machine must have for a bed: root, Go, and programs of Debian's packages."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from testbed.errors import BedError

PROGRAMS = {
    "buildah": "buildah",
    "conntrack": "conntrack",
    "containerd": "containerd",
    "ctr": "containerd",
    "debootstrap": "debootstrap",
    "ip": "iproute2",
    "iptables": "iptables",
    "modprobe": "kmod",
    "mount": "mount",
    "nft": "nftables",
    "runc": "runc",
}
CNI_FOLDERS = (Path("/usr/lib/cni"), Path("/opt/cni/bin"))
CNI_PLUGINS = ("ptp", "host-local", "portmap", "loopback")
SEARCH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_GO_HOMES = ("/usr/local/go/bin", "/usr/lib/go/bin")


def need_root() -> None:
    if os.geteuid() != 0:
        raise BedError(
            "The cluster test bed needs root: it makes namespaces, mounts and containers.",
            "Run it as root, for instance: sudo make cluster-up",
        )


def go() -> str:
    found = shutil.which("go", path=os.pathsep.join([os.environ.get("PATH", ""), *_GO_HOMES]))
    if found is None:
        raise BedError(
            "The cluster test bed needs Go: it builds Kubernetes from source, and there is no `go`"
            " in the PATH.",
            "Install Go 1.26 or newer and put it into the PATH.",
        )
    return found


def program(name: str) -> str:
    found = shutil.which(name, path=SEARCH)
    if found is None:
        raise BedError(f"The program {name} is missing.", _cure([PROGRAMS.get(name, name)]))
    return found


def cni_folder() -> Path:
    for folder in CNI_FOLDERS:
        if all((folder / plugin).exists() for plugin in CNI_PLUGINS):
            return folder
    raise BedError(
        f"None of {', '.join(map(str, CNI_FOLDERS))} holds the network plugins"
        f" {', '.join(CNI_PLUGINS)}.",
        _cure(["containernetworking-plugins"]),
    )


def missing_packages() -> list[str]:
    missing = {
        package for name, package in PROGRAMS.items() if shutil.which(name, path=SEARCH) is None
    }
    if not any((folder / "ptp").exists() for folder in CNI_FOLDERS):
        missing.add("containernetworking-plugins")
    return sorted(missing)


def install_packages() -> None:
    """Install what is missing, and nothing else: no upgrade of what is there."""
    packages = missing_packages()
    if not packages:
        return
    if shutil.which("apt-get") is None:
        raise BedError(f"These packages are missing: {', '.join(packages)}.", _cure(packages))
    print(f"installing {' '.join(packages)}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    update = ["apt-get", "update", "-qq"]
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "--no-upgrade"]
    for command in (update, [*install, *packages]):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise BedError(f"`{' '.join(command)}` failed:\n{done.stderr.strip()}")


def _cure(packages: list[str]) -> str:
    return f"Install: {' '.join(packages)} (names of Debian's packages)"
