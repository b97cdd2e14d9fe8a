"""What K3s leaves on a machine when it is stopped, found and removed: each kind by its own rule.

Looking is apart from removing, so that check mode tells what would go.
"""

from __future__ import annotations

import ipaddress
import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .machine import UNITS, Run, run

UNIT_FOLDER = Path("/etc/systemd/system")
RUN_FOLDER = "/run/k3s"
KUBELET = "/var/lib/kubelet"
LINKS = ("cni0", "flannel.1", "flannel-v6.1", "flannel-wg", "flannel-wg-v6", "kube-ipvs0")
CHAINS = ("KUBE-", "CNI-", "flannel")
NFT_TABLES = ("ip kube-proxy", "ip6 kube-proxy")
ALWAYS = (RUN_FOLDER, "/run/flannel", KUBELET, "/var/lib/cni", "/var/log/pods", "/etc/rancher/k3s")
SYSCTL = "/etc/sysctl.d/90-kubelet.conf"
KILL_SECONDS = 20.0
Processes = Mapping[int, tuple[int, str]]


@dataclass(frozen=True)
class Leftovers:
    """K3s' traces on this machine.

    Args:
        data_dir: where it keeps everything.
        program: the path of `k3s`.
        pods: the addresses of pods.
        keep_data: whether `data_dir` stays.
        run: runs a command.
    """

    data_dir: str
    program: str
    pods: str
    keep_data: bool
    run: Run = run

    def remove(self, check: bool) -> list[str]:
        """Remove all of it, in an order in which nothing comes back; what went, in words."""
        kinds: Sequence[tuple[Callable[[], Iterable[str]], Callable[[str], object]]] = (
            (self.units, self._remove_unit),
            (self.processes, self._kill),
            (self.mounts, lambda path: self.run(["umount", "--lazy", path])),
            (self.namespaces, lambda name: self.run(["ip", "netns", "delete", name])),
            (self.links, lambda name: self.run(["ip", "link", "delete", name])),
            (self.routes, lambda route: self.run(["ip", "route", "delete", route])),
            (self.tables, lambda table: self.run(["nft", "delete", "table", *table.split()])),
            (self.chains, self._restore_without),
            (self.groups, lambda path: Path(path).rmdir()),
            (self.paths, _delete),
        )
        done = []
        for look, act in kinds:
            noun = look.__name__.removesuffix("s")
            for found in list(look()):
                done.append(f"{noun} {found}")
                if not check:
                    act(found)
        return done

    def units(self) -> list[str]:
        """The units that are there."""
        return [unit for unit in UNITS.values() if (UNIT_FOLDER / unit).exists()]

    def processes(self) -> list[str]:
        """The processes of K3s and of its containers, as `pid program`."""
        known = processes()
        ours = of_k3s(known, (f"{self.data_dir}/", f"{RUN_FOLDER}/", self.program))
        return [f"{pid} {known[pid][1].split(' ')[0]}" for pid in sorted(ours)]

    def mounts(self) -> list[str]:
        """What is mounted for pods, the innermost first."""
        places = (RUN_FOLDER, self.data_dir, KUBELET, "/run/netns/cni-")
        points = [line.split()[4] for line in _read("/proc/self/mountinfo").splitlines()]
        return [point for point in reversed(points) if point.startswith(places)]

    def namespaces(self) -> list[str]:
        """The network namespaces of pods."""
        return sorted(path.name for path in Path("/run/netns").glob("cni-*"))

    def links(self) -> list[str]:
        """The network interfaces of K3s, those of pods first."""
        found = self._json(["ip", "-json", "link"])
        pods = [str(link["ifname"]) for link in found if link.get("master") == "cni0"]
        return [*pods, *(str(link["ifname"]) for link in found if link["ifname"] in LINKS)]

    def routes(self) -> list[str]:
        """The routes to pods of other nodes."""
        pods = ipaddress.ip_network(self.pods)
        found = [str(route.get("dst", "")) for route in self._json(["ip", "-json", "route"])]
        return [dst for dst in found if "/" in dst and _inside(dst, pods)]

    def tables(self) -> list[str]:
        """The nftables of kube-proxy."""
        said = self.run(["nft", "list", "tables"])[1].splitlines()
        there = {line.removeprefix("table ").strip() for line in said}
        return [table for table in NFT_TABLES if table in there]

    def chains(self) -> list[str]:
        """The programs of iptables that know chains of K3s."""
        return [name for name in ("iptables", "ip6tables") if without(self._saved(name))[1]]

    def groups(self) -> list[str]:
        """The control groups of pods, the innermost first; a group with a process in it stays."""
        root = Path("/sys/fs/cgroup")
        tops = [top for top in (root / "kubepods", *root.glob("*/kubepods")) if top.is_dir()]
        inner = [folder for top in tops for folder in (top, *top.rglob("*/"))]
        return sorted(map(str, inner), key=lambda path: -path.count("/"))

    def paths(self) -> list[str]:
        """The files and folders of K3s."""
        data = [] if self.keep_data else [self.data_dir]
        wanted = (*ALWAYS, self.program, SYSCTL, *data)
        return [path for path in wanted if os.path.lexists(path)]

    def _remove_unit(self, unit: str) -> None:
        self.run(["systemctl", "disable", "--now", unit])
        (UNIT_FOLDER / unit).unlink(missing_ok=True)
        self.run(["systemctl", "daemon-reload"])
        self.run(["systemctl", "reset-failed", unit])

    def _kill(self, process: str) -> None:
        pid = int(process.split(" ")[0])
        end = time.monotonic() + KILL_SECONDS
        try:
            os.kill(pid, signal.SIGKILL)
            while time.monotonic() < end:
                os.kill(pid, 0)
                if _read(f"/proc/{pid}/stat").rpartition(")")[2].split()[:1] == ["Z"]:
                    return
                time.sleep(0.05)
        except ProcessLookupError:
            return

    def _saved(self, program: str) -> str:
        code, said = self.run([f"{program}-save"])
        return said if code == 0 else ""

    def _restore_without(self, program: str) -> None:
        kept, _gone = without(self._saved(program))
        path = Path(f"/run/{program}-without-k3s")
        path.write_text(kept, encoding="utf-8")
        self.run([f"{program}-restore", str(path)])
        path.unlink()

    def _json(self, command: Sequence[str]) -> list[dict[str, object]]:
        code, said = self.run(command)
        return list(json.loads(said)) if code == 0 and said.strip() else []


def of_k3s(known: Processes, places: Sequence[str]) -> set[int]:
    """The processes whose command line names one of the places, and all that they started.

    Whoever asks is never among them, nor who started it.
    """
    own, pid = set(), os.getpid()
    while pid in known:
        own.add(pid)
        pid = known[pid][0]
    ours = {pid for pid, (_parent, line) in known.items() if any(place in line for place in places)}
    ours -= own
    while more := {pid for pid, (parent, _line) in known.items() if parent in ours} - ours - own:
        ours |= more
    return ours


def processes() -> dict[int, tuple[int, str]]:
    """All processes: the parent and the command line of each."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (stat := _read(f"{folder}/stat")):
            line = _read(f"{folder}/cmdline").replace("\0", " ").strip()
            found[int(folder.name)] = (int(stat.rpartition(")")[2].split()[1]), line)
    return found


def without(saved: str) -> tuple[str, int]:
    """Rules as iptables-save prints them, without those of K3s; how many went."""
    lines = saved.splitlines()
    kept = [line for line in lines if not any(chain in line for chain in CHAINS)]
    return "\n".join([*kept, ""]), len(lines) - len(kept)


def _inside(destination: str, pods: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    network = ipaddress.ip_network(destination, strict=False)
    return network.version == pods.version and network.subnet_of(pods)  # type: ignore[arg-type]


def _delete(path: str) -> None:
    if Path(path).is_dir() and not Path(path).is_symlink():
        shutil.rmtree(path)
    else:
        Path(path).unlink(missing_ok=True)


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
