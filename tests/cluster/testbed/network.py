"""A bed's network namespace, joined to this machine by a pair of interfaces and two routes."""

from __future__ import annotations

import subprocess
from pathlib import Path

from testbed.errors import BedError
from testbed.layout import Layout
from testbed.requirements import program


def make(layout: Layout) -> None:
    name, host, node = layout.name, layout.interface, "node0"
    inside = ("netns", "exec", name, program("ip"))
    _ip("netns", "add", name)
    _ip("link", "add", host, "type", "veth", "peer", "name", node, "netns", name)
    _ip("address", "add", f"{layout.host_address}/24", "dev", host)
    _ip("link", "set", host, "up")
    _ip(*inside, "address", "add", f"{layout.node_address}/24", "dev", node)
    for interface in ("lo", node):
        _ip(*inside, "link", "set", interface, "up")
    _ip(*inside, "route", "add", "default", "via", layout.host_address)
    for destination in (layout.pod_network, layout.service_network):
        _ip("route", "add", destination, "via", layout.node_address)
    _ip("netns", "exec", name, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")


def remove(layout: Layout) -> None:
    """The routes go with the interface. What is not there needs no removal."""
    if (Path("/sys/class/net") / layout.interface).exists():
        _ip("link", "delete", layout.interface)
    if layout.network_namespace.exists():
        _ip("netns", "delete", layout.name)
    folder = layout.network_namespace.parent
    if folder.is_dir() and not any(folder.iterdir()):
        # The first `ip netns add` on a machine mounts this folder onto itself.
        subprocess.run(["umount", str(folder)], capture_output=True, check=False)
        folder.rmdir()


def need_free(layout: Layout) -> None:
    routes = subprocess.run(
        [program("ip"), "-4", "route", "show", "root", f"{layout.network}.0.0/16"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    if routes:
        raise BedError(
            f"The network {layout.network}.0.0/16 of the test bed is in use here:\n{routes}",
            "Choose another one: bed.py --network 10.219 up",
        )


def _ip(*arguments: str) -> None:
    command = [program("ip"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BedError(f"`ip {' '.join(arguments)}` failed: {done.stderr.strip()}")
