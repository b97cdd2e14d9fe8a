"""The service manager of embedded environments: supervisord under the user's own account.

One supervisord an environment, started on first use, reached over a socket in the state directory.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import stat
import subprocess
import sys
import tempfile
import time
import xmlrpc.client
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import Faults, SupervisorTransport

from ..ready.status import State, Status
from ..run.process import started_at
from ..run.state import private_folder, write_whole
from .program import Program, SupervisorError, escape, section

SOCKET_PATH_LIMIT = 100  # bytes; the kernel takes 108, macOS 104
START_SECONDS = 10.0
STOP_SECONDS = 60.0


class Supervisord:
    """The supervisord of one state directory."""

    def __init__(self, state_directory: Path) -> None:
        self.root = state_directory / "supervisor"
        self.socket = _socket_path(self.root)

    @property
    def _rpc(self) -> Any:  # noqa: ANN401  (every attribute is a remote method)
        # A transport that met an error stays unusable, so each call has its own.
        transport = SupervisorTransport(None, None, f"unix://{self.socket}")
        return xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport).supervisor

    def ensure_running(self) -> bool:
        """Start supervisord unless it answers; whether it was started.

        Raises:
            SupervisorError: it did not answer in time.
        """
        with self._locked():
            if self.answers():
                return False
            self.socket.unlink(missing_ok=True)
            private_folder(self.root / "programs")
            write_whole(self.root / "supervisord.conf", self._configuration())
            self._launch()
            return True

    def answers(self) -> bool:
        """Whether supervisord is there."""
        try:
            return bool(self._rpc.getState()["statecode"] == 1)
        except (OSError, xmlrpc.client.Error):
            return False

    def put(self, program: Program, start: bool = True) -> list[str]:
        """Make `program` run as described; what was done, in words (nothing done: empty).

        A changed description replaces the running process.
        """
        done = ["started supervisord"] if self.ensure_running() else []
        path = self._program_path(program.name)
        text = section(program)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            write_whole(path, text)
            done.append("wrote the program")
        self._reload(program.name, done)
        if start and self.info(program.name).get("statename") not in ("RUNNING", "STARTING"):
            done += self._start(program.name)
        return done

    def runs(self, program: Program) -> bool:
        """Whether `program` runs exactly as described."""
        path = self._program_path(program.name)
        same = path.exists() and path.read_text(encoding="utf-8") == section(program)
        return same and self.info(program.name).get("statename") == "RUNNING"

    def remove(self, name: str) -> bool:
        """Stop the program and forget it; whether it was there.

        With its last program supervisord ends too.
        """
        path = self._program_path(name)
        known = self.answers() and self.info(name)
        if known:
            self._stop(name)
        there = path.exists()
        path.unlink(missing_ok=True)
        if known:
            self._reload(name, [])
        if not any((self.root / "programs").glob("*.conf")):
            self.shut_down()
        return bool(known) or there

    def shut_down(self) -> None:
        """End supervisord and all its programs; returns when it is gone."""
        if not self.answers():
            return
        pid = int(self._call("getPID"))
        start = started_at(pid)
        self._call("shutdown")
        end = time.monotonic() + STOP_SECONDS
        while start and started_at(pid) == start:
            if time.monotonic() > end:
                raise SupervisorError(
                    f"supervisord (process {pid}) does not end; its log is "
                    f"{self.root / 'supervisord.log'}"
                )
            time.sleep(0.05)

    def process(self) -> int:
        """The id of supervisord itself; 0 where it does not answer."""
        try:
            return int(self._rpc.getPID())
        except (OSError, xmlrpc.client.Error):
            return 0

    def info(self, name: str) -> dict[str, Any]:
        """What supervisord knows of a program; empty where it does not know it."""
        try:
            return dict(self._rpc.getProcessInfo(group_name(name)))
        except xmlrpc.client.Fault as fault:
            if fault.faultCode == Faults.BAD_NAME:
                return {}
            raise SupervisorError(f"supervisord does not tell of {name}: {fault}") from fault
        except OSError:
            return {}

    def status(self, name: str) -> Status:
        """The program's state in the words of the status model, with its last log lines."""
        info = self.info(name)
        if not info:
            return Status(State.NOT_FOUND, f"supervisord does not run {name}")
        state = _STATES.get(info["statename"], State.UNKNOWN)
        sentence = f"program {name} is {info['statename']}: {info['description']}"
        if state is State.CURRENT:
            return Status(state, sentence)
        return Status(state, sentence, last_lines(Path(info["stdout_logfile"])))

    def _reload(self, name: str, done: list[str]) -> None:
        """Let supervisord take up changed program files, those of `name` only.

        Other instances are at work on theirs at the same time.
        """
        with self._locked():
            group = group_name(name)
            (added, changed, removed) = self._call("reloadConfig")[0]
            if group in removed or group in changed:
                self._stop(name)
                self._call("removeProcessGroup", group)
                done.append("stopped the process before")
            if group in added or group in changed:
                self._call("addProcessGroup", group)

    def _start(self, name: str) -> list[str]:
        """Start it, unless supervisord is about to by itself after a crash."""
        try:
            self._rpc.startProcess(group_name(name), False)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode == Faults.ALREADY_STARTED:
                return []
            raise SupervisorError(f"{name} does not start: {fault.faultString}") from fault
        return ["started"]

    def _stop(self, name: str) -> None:
        try:
            self._rpc.stopProcess(group_name(name))
        except xmlrpc.client.Fault as fault:
            if fault.faultCode not in (Faults.NOT_RUNNING, Faults.BAD_NAME):
                raise SupervisorError(f"{name} does not stop: {fault.faultString}") from fault

    def _call(self, method: str, *arguments: object) -> Any:  # noqa: ANN401
        try:
            return getattr(self._rpc, method)(*arguments)
        except xmlrpc.client.Fault as fault:
            raise SupervisorError(
                f"supervisord refuses {method}{arguments}: {fault.faultString}; "
                f"its log is {self.root / 'supervisord.log'}"
            ) from fault
        except OSError as error:
            raise SupervisorError(f"supervisord does not answer at {self.socket}") from error

    def _launch(self) -> None:
        configuration = self.root / "supervisord.conf"
        launched = subprocess.run(
            [sys.executable, "-m", "supervisor.supervisord", "-c", str(configuration)],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self.root,
            umask=0o077,  # it opens its log before it reads of its own umask
        )
        if launched.returncode:
            raise SupervisorError(f"supervisord does not start:\n{launched.stdout.strip()}")
        end = time.monotonic() + START_SECONDS
        while not self.answers():
            if time.monotonic() > end:
                evidence = "\n".join(last_lines(self.root / "supervisord.log"))
                raise SupervisorError(f"supervisord does not start; its log ends so:\n{evidence}")
            time.sleep(0.02)

    def _configuration(self) -> str:
        return f"""[unix_http_server]
file={escape(self.socket)}
chmod=0700
[supervisord]
logfile={escape(self.root / "supervisord.log")}
pidfile={escape(self.root / "supervisord.pid")}
directory={escape(self.root)}
umask=077
silent=true
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[include]
files=programs/*.conf
"""

    def _program_path(self, name: str) -> Path:
        return self.root / "programs" / f"{name}.conf"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        private_folder(self.root)
        descriptor = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def group_name(instance: str) -> str:
    """supervisord's name for an instance's program, as the plain text that XML-RPC takes."""
    return instance.encode().decode()


def last_lines(path: Path, count: int = 15) -> tuple[str, ...]:
    """The last lines of a log, as evidence; none where there is no log yet."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 16_384))
            return tuple(file.read().decode(errors="replace").splitlines()[-count:])
    except OSError:
        return ()


_STATES = {
    "RUNNING": State.CURRENT,
    "STARTING": State.IN_PROGRESS,
    "BACKOFF": State.IN_PROGRESS,
    "STOPPING": State.TERMINATING,
    "STOPPED": State.NOT_FOUND,
    "EXITED": State.FAILED,
    "FATAL": State.FAILED,
}


def _socket_path(root: Path) -> Path:
    path = root / "supervisord.sock"
    if len(str(path).encode()) <= SOCKET_PATH_LIMIT:
        return path
    name = hashlib.sha256(str(root).encode()).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"stratum-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise SupervisorError(
            f"{folder} is not a folder of this account alone, so its sockets cannot be trusted: "
            f"remove it, or use a state directory with a shorter path than {root.parent}"
        )
    return folder / f"{name}.sock"
