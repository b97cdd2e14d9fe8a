"""One collector a directory and a port: checked at the start, with a clear message."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
from pathlib import Path

from stratum.collector.errors import StartError


def lock_directory(data_dir: Path) -> int:
    """Held until the process ends; the file itself stays."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = data_dir / "lock"
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        owner = os.read(fd, 32).decode(errors="replace").strip() or "unknown"
        os.close(fd)
        raise StartError(
            f"another collector (pid {owner}) works in this directory",
            where=str(data_dir),
            hint="stop it, or give this one a data_dir of its own",
        ) from error
    os.ftruncate(fd, 0)
    os.write(fd, f"{os.getpid()}\n".encode())
    return fd


def check_port(address: str, port: int) -> None:
    """The server shares its port with whoever has it already, so we must look before it does."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
            probe.listen()
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            reason = "another program listens there" if taken else str(error.strerror).lower()
            raise StartError(
                f"the collector cannot listen: {reason}",
                where=f"{address}:{port}",
                hint="choose another address or port in its settings",
            ) from error
