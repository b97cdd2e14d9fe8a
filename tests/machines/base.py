"""The root file system that every machine begins as, made by debootstrap and kept as a tarball."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from machines.errors import run

PACKAGES = (
    "ca-certificates",
    "dbus",
    "iproute2",
    "openssh-server",
    "procps",
    "python3",
    "sudo",
    "systemd",
    "systemd-sysv",
)
# What containers and their network need inside of a machine.
CONTAINERS = (
    "conntrack",
    "containerd",
    "containernetworking-plugins",
    "iptables",
    "kmod",
    "nftables",
    "runc",
)


@dataclass(frozen=True)
class Base:
    """What is in the root file system; another content is another tarball."""

    suite: str = "bookworm"
    packages: tuple[str, ...] = PACKAGES

    @classmethod
    def of(cls, containers: bool) -> Base:
        """That of a machine in which containers can run, or the plain one."""
        return cls(packages=(*PACKAGES, *CONTAINERS) if containers else PACKAGES)

    @property
    def key(self) -> str:
        parts = [self.suite, platform.machine(), *sorted(self.packages)]
        return f"{self.suite}-{hashlib.sha256(' '.join(parts).encode()).hexdigest()[:12]}"


def cache_folder() -> Path:
    """Where tarballs are kept between runs."""
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "stratum" / "machines"


def tarball(base: Base, cache: Path, say: Callable[[str], None]) -> Path:
    """The tarball of a base, made if it is not there; two that ask at once make it once."""
    cache.mkdir(parents=True, exist_ok=True)
    path = cache / f"{base.key}.tar"
    with _locked(cache / f"{base.key}.lock"):
        if not path.exists():
            say(f"making the root file system {base.key} (once, about a minute)")
            _make(base, path)
    return path


def unpack(source: Path, root: Path) -> None:
    """A fresh root file system; one that was left half unpacked is made again."""
    partial = root.with_name(f"{root.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    run(["tar", "--extract", "--numeric-owner", "-f", str(source), "-C", str(partial)])
    partial.rename(root)


def _make(base: Base, path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="stratum-base-") as folder:
        root = Path(folder) / "root"
        include = f"--include={','.join(base.packages)}"
        run(["debootstrap", "--variant=minbase", include, base.suite, str(root)])
        shutil.rmtree(root / "var/cache/apt/archives", ignore_errors=True)
        (root / "etc/machine-id").write_text("")  # every machine draws its own
        for key in (root / "etc/ssh").glob("ssh_host_*"):
            key.unlink()
        partial = path.with_suffix(".partial")
        run(["tar", "--create", "--numeric-owner", "-f", str(partial), "-C", str(root), "."])
        partial.rename(path)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
