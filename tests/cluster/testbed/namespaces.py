"""Run as a program by machine.py: holds a bed's namespaces, or starts a program inside them.

It is a process of its own because setns wants a single thread. Standard library only.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

_LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS, CLONE_NEWPID = 0x00020000, 0x20000000
PR_SET_PDEATHSIG = 1
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/"}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--network", help="a network namespace to hold, with new others")
    parser.add_argument("--covers", help="JSON: path → folder or file to lay over it")
    parser.add_argument("--inside", type=int, help="the process whose namespaces to enter")
    parser.add_argument("--log", required=True)
    parser.add_argument("--record", required=True, help="where to say the process and its start")
    parser.add_argument("command", nargs="*")
    asked = parser.parse_args()
    _check(_LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL))  # a killed `up` starts nothing more
    processes = os.open("/proc", os.O_RDONLY)  # of the caller's namespace, whichever is entered
    if asked.inside is None:
        _enter([asked.network])
        _check(_LIBC.unshare(CLONE_NEWNS | CLONE_NEWPID))
    else:
        _enter([f"/proc/{asked.inside}/ns/{kind}" for kind in ("net", "pid", "mnt")])
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    pid = os.fork()
    if pid == 0:
        ours.close()
        if asked.inside is not None and os.fork() != 0:
            os._exit(0)  # so that the namespaces' first process inherits the program, and reaps it
        _child(theirs, asked)
    theirs.close()
    _record(Path(asked.record), _sender(ours), processes)
    ours.send(b".")


def _child(theirs: socket.socket, asked: argparse.Namespace) -> NoReturn:
    _detach(asked.log)
    theirs.send(b".")
    # No record, no process: if the parent died before it wrote one, nothing is read here.
    if theirs.recv(1):
        theirs.close()
        if asked.inside is None:
            _hold(json.loads(asked.covers))
        os.chdir("/")
        os.execve(asked.command[0], asked.command, ENVIRONMENT)
    os._exit(1)


def _sender(ours: socket.socket) -> int:
    """The process at the other end, by the id that it has in our namespace."""
    credentials = struct.Struct("3i")
    _, ancillary, _, _ = ours.recvmsg(1, socket.CMSG_SPACE(credentials.size))
    pid: int = credentials.unpack(ancillary[0][2])[0]
    return pid


def _hold(covers: dict[str, str]) -> NoReturn:
    """The first process of its namespaces: when it ends, all inside end, and their mounts too."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    mount = ["mount", "--make-rslave", "/"], ["mount", "--make-rshared", "/"]
    for command in (*mount, ["mount", "-t", "proc", "proc", "/proc"]):
        subprocess.run(command, check=True)
    for path, cover in covers.items():
        subprocess.run(["mount", "--bind", cover, path], check=True)
    print("ready", flush=True)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # orphans inside are reaped by the kernel
    while True:
        signal.pause()


def _detach(log: str) -> None:
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)


def _record(path: Path, pid: int, processes: int) -> None:
    with os.fdopen(os.open(f"{pid}/stat", os.O_RDONLY, dir_fd=processes)) as stat:
        fields = stat.read().rpartition(")")[2].split()
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(json.dumps({"pid": pid, "started": int(fields[19])}))
    unfinished.rename(path)


def _enter(namespaces: list[str]) -> None:
    for handle in [os.open(namespace, os.O_RDONLY) for namespace in namespaces]:
        _check(_LIBC.setns(handle, 0))


def _check(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


if __name__ == "__main__":
    main()
