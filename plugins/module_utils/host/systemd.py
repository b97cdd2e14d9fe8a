"""The service manager of machines: systemd. It works on the machine that it runs on.

Every answer comes from `systemctl` or from the process itself, not from what was written.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ..ready.status import State, Status
from ..run.state import write_whole
from .program import Program, ServiceError
from .unit import unit_digest, unit_name, unit_owner, unit_text

UNITS = Path("/etc/systemd/system")
RESTARTS_OF_A_CRASH_LOOP = 5
EVIDENCE_LINES = 15
SHOWN = (
    "ActiveState",
    "SubState",
    "Result",
    "ExecMainCode",
    "ExecMainStatus",
    "MainPID",
    "NRestarts",
    "LoadState",
    "UnitFileState",
)
Answer = tuple[int, str]
Run = Callable[[Sequence[str]], Answer]


class SystemdError(ServiceError):
    """systemd cannot do what was asked."""


def run(command: Sequence[str]) -> Answer:
    """The exit code of a command and all that it printed."""
    done = subprocess.run(
        list(command), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    return done.returncode, done.stdout.decode(errors="replace")


class Systemd:
    """The systemd of this machine, for units of our own; it needs root."""

    def __init__(self, units: Path = UNITS, run: Run = run) -> None:
        self._units = units
        self._run = run

    def put(self, program: Program) -> list[str]:
        """Make `program` run as described, now and after a reboot; what was done, in words.

        Raises:
            SystemdError: systemd refuses the unit, or it does not start.
        """
        text, path = unit_text(program), self._path(program.name)
        self._check_owner(path, program.owner)
        done = []
        if _read(path) != text:
            self._verify(path.name, text)
            write_whole(path, text, mode=0o644)
            done.append("wrote the unit")
            self._call("daemon-reload")
        if self._show(program.name)["UnitFileState"] != "enabled":
            self._call("enable", path.name)
            done.append("enabled it")
        if not self._runs_as(program.name, text):
            self._start(program.name)
            done.append("started")
        return done

    def runs(self, program: Program) -> bool:
        """Whether `program` runs exactly as described, and will after a reboot."""
        text = unit_text(program)
        same = _read(self._path(program.name)) == text
        return (
            same
            and self._show(program.name)["UnitFileState"] == "enabled"
            and self._runs_as(program.name, text)
        )

    def knows(self, name: str) -> bool:
        """Whether it has a unit of that instance."""
        return self._path(name).exists()

    def remove(self, name: str, owner: str = "") -> bool:
        """Stop the program and forget it; whether it was there."""
        path = self._path(name)
        if not path.exists():
            return False
        self._check_owner(path, owner)
        self._call("disable", "--now", path.name)
        path.unlink()
        self._call("daemon-reload")
        self._run(["systemctl", "reset-failed", path.name])  # nothing failed: nothing to reset
        return True

    def status(self, name: str) -> Status:
        """The unit's state in the words of the status model, with its last journal lines."""
        unit, shown = unit_name(name), self._show(name)
        if shown["LoadState"] == "not-found":
            return Status(State.NOT_FOUND, f"systemd has no unit {unit}")
        state = _state(shown)
        sentence = f"unit {unit} is {shown['ActiveState']} ({shown['SubState']})"
        restarts = int(shown["NRestarts"] or 0)
        if restarts:
            sentence += f", restarted {restarts} times"
        if state is State.CURRENT:
            return Status(state, sentence)
        if shown["Result"] != "success" or shown["ExecMainStatus"] != "0":
            sentence += f"; result {shown['Result']}, its process ended with "
            sentence += shown["ExecMainStatus"]
        return Status(state, sentence, self._last_lines(unit))

    def _runs_as(self, name: str, text: str) -> bool:
        """Whether the running process was started from this very unit."""
        shown = self._show(name)
        pid = int(shown["MainPID"] or 0)
        if shown["ActiveState"] != "active" or not pid:
            return False
        wanted = f"STRATUM_UNIT={unit_digest(text)}".encode()
        try:
            return wanted in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        except OSError:
            return False

    def _start(self, name: str) -> None:
        unit = unit_name(name)
        self._run(["systemctl", "reset-failed", unit])  # counts its restarts from now on
        code, said = self._run(["systemctl", "restart", unit])
        if code:
            status = self.status(name)
            raise SystemdError(
                f"{unit} does not start: {status.sentence}", status.evidence or [said]
            )

    def _show(self, name: str) -> Mapping[str, str]:
        properties = f"--property={','.join(SHOWN)}"
        code, said = self._run(["systemctl", "show", properties, unit_name(name)])
        if code:
            raise SystemdError(f"systemctl does not tell of {unit_name(name)}: {said.strip()}")
        pairs = (line.partition("=") for line in said.splitlines())
        return {**dict.fromkeys(SHOWN, ""), **{key: value for key, _equals, value in pairs}}

    def _last_lines(self, unit: str) -> tuple[str, ...]:
        wanted = ["--unit", unit, "--lines", str(EVIDENCE_LINES), "--output", "cat", "--no-pager"]
        return tuple(self._run(["journalctl", *wanted])[1].splitlines())

    def _verify(self, name: str, text: str) -> None:
        """Let systemd read the unit before it takes the place of the one that works."""
        with tempfile.TemporaryDirectory(prefix="stratum-unit-") as folder:
            path = Path(folder, name)
            path.write_text(text, encoding="utf-8")
            code, said = self._run(["systemd-analyze", "verify", "--man=no", str(path)])
        if code:
            lines = [line for line in said.splitlines() if name in line]
            raise SystemdError(f"systemd refuses the unit {name}", lines or said.splitlines())

    def _check_owner(self, path: Path, owner: str) -> None:
        there = unit_owner(_read(path))
        if there and owner and there != owner:
            raise SystemdError(
                f"{path} belongs to {there}, not to {owner}; uninstall it there first, "
                "or use another machine"
            )

    def _call(self, *words: str) -> None:
        code, said = self._run(["systemctl", *words])
        if code:
            raise SystemdError(f"systemctl {' '.join(words)} failed", said.splitlines())

    def _path(self, name: str) -> Path:
        return self._units / unit_name(name)


def _state(shown: Mapping[str, str]) -> State:
    if shown["SubState"] == "auto-restart":
        looping = int(shown["NRestarts"] or 0) >= RESTARTS_OF_A_CRASH_LOOP
        return State.FAILED if looping else State.IN_PROGRESS
    return _STATES.get(shown["ActiveState"], State.UNKNOWN)


_STATES = {
    "active": State.CURRENT,
    "reloading": State.CURRENT,
    "activating": State.IN_PROGRESS,
    "deactivating": State.TERMINATING,
    "inactive": State.NOT_FOUND,
    "failed": State.FAILED,
}


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
