"""TCP ports of the instances on this machine: is each free, or held by its own instance?"""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..run.process import tree_of
from .supervisord import Supervisord

END_SECONDS = 20.0
LISTEN = "0A"  # TCP_LISTEN in /proc/net/tcp


@dataclass(frozen=True)
class Listener:
    """A process that listens on a port; pid 0 where the kernel does not tell."""

    pid: int
    name: str
    environment: Mapping[str, str]


def check(
    instances: Sequence[Mapping[str, Any]], state_directory: Path, end_orphans: bool
) -> list[dict[str, str]]:
    """Problems with the ports of `instances`, each with where, what and cure.

    A port that is held by processes which an earlier supervisord of this environment left behind
    is freed (unless `end_orphans` is false): each gets SIGTERM, by its own id.
    """
    supervisord = Supervisord(state_directory)
    main = supervisord.process()
    kept = tree_of(main) if main else set()
    problems: list[dict[str, str]] = []
    for instance in instances:
        pid = int(supervisord.info(instance["name"]).get("pid", 0)) if main else 0
        own = tree_of(pid) if pid else set()
        for variable, port in instance["ports"].items():
            holders = listeners(int(port))
            if not holders or any(holder.pid in own for holder in holders):
                continue
            if all(_is_orphan(holder, supervisord, kept) for holder in holders) and (
                not end_orphans or _end(int(port), holders)
            ):
                continue
            problems.append(_problem(instance, variable, int(port), holders[0], kept))
    return problems


def listeners(port: int) -> list[Listener]:
    """Who listens on a port of this machine's loopback or of all its addresses."""
    inodes = _inodes(port)
    if inodes:
        pids = _pids_of(inodes)
        found = [Listener(pid, _read(pid, "comm").strip(), _environment(pid)) for pid in pids]
        return found or [Listener(0, "", {})]
    if Path("/proc/net/tcp").exists() or not _answers(port):
        return []
    return [Listener(0, "", {})]


def _is_orphan(holder: Listener, supervisord: Supervisord, kept: set[int]) -> bool:
    ours = holder.environment.get("SUPERVISOR_SERVER_URL") == f"unix://{supervisord.socket}"
    return ours and holder.pid not in kept


def _problem(
    instance: Mapping[str, Any], variable: str, port: int, holder: Listener, kept: set[int]
) -> dict[str, str]:
    who = f"process {holder.pid} ({holder.name})" if holder.pid else "another process"
    cure = f"end that process, or set the parameter behind {variable} to a free port"
    other = holder.environment.get("SUPERVISOR_PROCESS_NAME")
    if holder.pid in kept and other:
        who = f"{other} of this environment, {who}"
        cure = (
            f"give {other} its new port first (--limit {other}) or remove it, "
            f"or set the parameter behind {variable} to a free port"
        )
    return {
        "where": f"{instance['name']}, {variable}",
        "what": f"port {port} is in use by {who}",
        "cure": cure,
    }


def _inodes(port: int) -> set[str]:
    """The listening sockets, as the kernel lists them: asking there disturbs nobody's program."""
    found = set()
    for table in ("tcp", "tcp6"):
        for line in _read_path(Path(f"/proc/net/{table}")).splitlines()[1:]:
            fields = line.split()
            address, _colon, number = fields[1].rpartition(":")
            if fields[3] == LISTEN and int(number, 16) == port and _concerns_loopback(address):
                found.add(f"socket:[{fields[9]}]")
    return found


def _concerns_loopback(address: str) -> bool:
    """`address` is hexadecimal, in words of this machine's byte order."""
    words = [int(address[begin : begin + 8], 16) for begin in range(0, len(address), 8)]
    number = b"".join(word.to_bytes(4, sys.byteorder) for word in words)
    if len(number) == 16 and number[:12] == bytes(10) + b"\xff\xff":
        number = number[12:]
    loopback = number[0] == 127 if len(number) == 4 else number == bytes(15) + b"\x01"
    return loopback or not any(number)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
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


def _end(port: int, holders: Sequence[Listener]) -> bool:
    """Whether the port is free in the end; their ids may stay as long as nobody asks for them."""
    for holder in holders:
        try:
            os.kill(holder.pid, signal.SIGTERM)
        except ProcessLookupError:
            continue
    end = time.monotonic() + END_SECONDS
    while _inodes(port):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


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
