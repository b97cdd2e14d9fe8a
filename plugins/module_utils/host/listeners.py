"""Who listens on a TCP port of this machine, as the kernel tells (Linux, /proc).

Nobody's program is disturbed by it; without /proc a connection on loopback is all there is.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

LISTEN = "0A"  # TCP_LISTEN in /proc/net/tcp
LOOPBACK = "127.0.0.1"
UNIT = re.compile(r"/([^/\n]+\.service)(?:/|$)", re.MULTILINE)
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Listener:
    """A process that listens on a port; pid 0 where the kernel does not tell.

    `unit` is the systemd unit that it belongs to, empty where it belongs to none.
    """

    pid: int
    name: str
    environment: Mapping[str, str]
    unit: str = ""


def listeners(port: int, address: str = LOOPBACK) -> list[Listener]:
    """Who takes `port` from a program that wants it at `address` (empty for all addresses)."""
    inodes = sockets(port, address)
    if inodes:
        pids = _pids_of(inodes)
        return [_listener(pid) for pid in pids] or [Listener(0, "", {})]
    if Path("/proc/net/tcp").exists() or not _answers(port):
        return []
    return [Listener(0, "", {})]


def sockets(port: int, address: str = LOOPBACK) -> set[str]:
    """The listening sockets that take `port` at `address`, as descriptors name them."""
    wanted = _wanted(address)
    return {
        inode for listening, number, inode in _all() if number == port and _clash(listening, wanted)
    }


def _all() -> Iterator[tuple[Address, int, str]]:
    for table in ("tcp", "tcp6"):
        for line in _read_path(Path(f"/proc/net/{table}")).splitlines()[1:]:
            fields = line.split()
            address, _colon, number = fields[1].rpartition(":")
            if fields[3] == LISTEN:
                yield _address(address), int(number, 16), f"socket:[{fields[9]}]"


def _address(text: str) -> Address:
    """`text` is hexadecimal, in words of this machine's byte order."""
    words = [int(text[begin : begin + 8], 16) for begin in range(0, len(text), 8)]
    found = ipaddress.ip_address(b"".join(word.to_bytes(4, sys.byteorder) for word in words))
    return getattr(found, "ipv4_mapped", None) or found


def _wanted(address: str) -> Address | None:
    """None for all addresses, and for a name, of which nobody knows here what it stands for."""
    try:
        found = ipaddress.ip_address(LOOPBACK if address == "localhost" else address)
    except ValueError:
        return None
    return None if found.is_unspecified else found


def _clash(listening: Address, wanted: Address | None) -> bool:
    if wanted is None or listening.is_unspecified or listening == wanted:
        return True
    return listening.is_loopback and wanted.is_loopback


def _answers(port: int) -> bool:
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1):
            return True
    except OSError:
        return False


def _pids_of(inodes: set[str]) -> list[int]:
    found = set()
    for descriptor in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if str(descriptor.readlink()) in inodes:
                found.add(int(descriptor.parts[2]))
        except OSError:
            continue
    return sorted(found)


def _listener(pid: int) -> Listener:
    unit = UNIT.search(_read(pid, "cgroup"))
    name = _read(pid, "comm").strip()
    return Listener(pid, name, _environment(pid), unit[1] if unit else "")


def _environment(pid: int) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in _read(pid, "environ").split("\0"))
    return {key: value for key, separator, value in pairs if separator}


def _read(pid: int, name: str) -> str:
    return _read_path(Path(f"/proc/{pid}/{name}"))


def _read_path(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
