"""What systemd is asked to do, and how its answers are read; `systemctl` is played by a table."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.host.program import Program
from ansible_collections.stratum.platform.plugins.module_utils.host.systemd import (
    Systemd,
    SystemdError,
)
from ansible_collections.stratum.platform.plugins.module_utils.host.unit import unit_text
from ansible_collections.stratum.platform.plugins.module_utils.ready.status import State, Status

PROGRAM = Program(
    "etl@a", ["/bin/etl"], Path("/var/lib/x"), Path(), {"STRATUM_REVISION": "1"}, owner="one"
)
SHOWN = {
    "ActiveState": "active",
    "SubState": "running",
    "Result": "success",
    "ExecMainStatus": "0",
    "MainPID": "0",
    "NRestarts": "0",
    "LoadState": "loaded",
    "UnitFileState": "enabled",
}


class Machine:
    """Answers as systemctl would; `asked` are the words of what changes something."""

    def __init__(self, **shown: str) -> None:
        self.shown = SHOWN | shown
        self.asked: list[str] = []
        self.fails: set[str] = set()

    def __call__(self, command: Sequence[str]) -> tuple[int, str]:
        if command[0] == "journalctl":
            return 0, "line one\nline two\n"
        if command[1] == "show":
            return 0, "".join(f"{key}={value}\n" for key, value in self.shown.items())
        words = " ".join(command[1:]) if command[0] == "systemctl" else command[0]
        self.asked.append(words)
        return (1, f"{words} is refused") if words in self.fails else (0, "")


def test_a_new_program_is_verified_enabled_and_started(tmp_path: Path) -> None:
    machine = Machine(UnitFileState="disabled", ActiveState="inactive")
    done = Systemd(tmp_path, machine).put(PROGRAM)
    assert done == ["wrote the unit", "enabled it", "started"]
    assert machine.asked == [
        "systemd-analyze",
        "daemon-reload",
        "enable stratum-etl.service",
        "reset-failed stratum-etl.service",
        "restart stratum-etl.service",
    ]


def test_a_process_that_was_started_from_this_unit_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = unit_text(PROGRAM)
    (tmp_path / "stratum-etl.service").write_text(text)
    machine = Machine(MainPID="77")
    systemd = Systemd(tmp_path, machine)
    line = next(line for line in text.splitlines() if "STRATUM_UNIT" in line)
    environ = f"A=b\0{line.removeprefix('Environment=')}\0".encode()
    read = Path.read_bytes
    monkeypatch.setattr(
        Path, "read_bytes", lambda path: environ if path.name == "environ" else read(path)
    )
    assert systemd.put(PROGRAM) == []
    assert systemd.runs(PROGRAM)
    assert machine.asked == []


def test_a_process_of_another_description_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "stratum-etl.service").write_text(unit_text(PROGRAM))
    machine = Machine(MainPID=str(os.getpid()))  # this process has no STRATUM_UNIT
    systemd = Systemd(tmp_path, machine)
    assert not systemd.runs(PROGRAM)
    assert systemd.put(PROGRAM) == ["started"]


def test_a_unit_of_another_product_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "stratum-etl.service"
    path.write_text(unit_text(PROGRAM))
    other = Program("etl@a", ["/bin/etl"], Path("/x"), Path(), owner="two")
    with pytest.raises(SystemdError) as error:
        Systemd(tmp_path, Machine()).put(other)
    assert str(error.value) == (
        f"{path} belongs to one, not to two; uninstall it there first, or use another machine"
    )


def test_a_unit_that_systemd_refuses_takes_no_ones_place(tmp_path: Path) -> None:
    machine = Machine()
    machine.fails = {"systemd-analyze"}
    with pytest.raises(SystemdError, match="systemd refuses the unit stratum-etl"):
        Systemd(tmp_path, machine).put(PROGRAM)
    assert list(tmp_path.iterdir()) == []


def test_what_does_not_start_shows_its_journal(tmp_path: Path) -> None:
    machine = Machine(ActiveState="failed", SubState="failed", Result="exit-code")
    machine.fails = {"restart stratum-etl.service"}
    with pytest.raises(SystemdError) as error:
        Systemd(tmp_path, machine).put(PROGRAM)
    assert error.value.evidence == ("line one", "line two")


def test_a_removed_program_is_stopped_and_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "stratum-etl.service"
    path.write_text(unit_text(PROGRAM))
    machine = Machine()
    assert Systemd(tmp_path, machine).remove("etl@a", "one")
    assert not path.exists()
    assert machine.asked[0] == "disable --now stratum-etl.service"
    assert not Systemd(tmp_path, machine).remove("etl@a", "one")


@pytest.mark.parametrize(
    ("shown", "status"),
    [
        ({}, Status(State.CURRENT, "unit stratum-etl.service is active (running)")),
        (
            {"LoadState": "not-found"},
            Status(State.NOT_FOUND, "systemd has no unit stratum-etl.service"),
        ),
        (
            {"ActiveState": "activating", "SubState": "auto-restart", "NRestarts": "2"},
            Status(
                State.IN_PROGRESS,
                "unit stratum-etl.service is activating (auto-restart), restarted 2 times",
                ("line one", "line two"),
            ),
        ),
        (
            {
                "ActiveState": "activating",
                "SubState": "auto-restart",
                "NRestarts": "5",
                "Result": "exit-code",
                "ExecMainStatus": "2",
            },
            Status(
                State.FAILED,
                "unit stratum-etl.service is activating (auto-restart), restarted 5 times; "
                "result exit-code, its process ended with 2",
                ("line one", "line two"),
            ),
        ),
        (
            {"ActiveState": "inactive", "SubState": "dead"},
            Status(
                State.NOT_FOUND,
                "unit stratum-etl.service is inactive (dead)",
                ("line one", "line two"),
            ),
        ),
    ],
    ids=["runs", "no unit", "restarts", "crash loop", "stopped"],
)
def test_the_status_of_a_unit(tmp_path: Path, shown: dict[str, str], status: Status) -> None:
    assert Systemd(tmp_path, Machine(**shown)).status("etl@a") == status
