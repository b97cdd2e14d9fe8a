"""supervisord itself, started by the tests: programs put, changed, removed, and told of."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.host.program import (
    Program,
    SupervisorError,
)
from ansible_collections.stratum.platform.plugins.module_utils.host.supervisord import Supervisord
from ansible_collections.stratum.platform.plugins.module_utils.ready import readiness
from ansible_collections.stratum.platform.plugins.module_utils.ready.status import State, Status

from .conftest import server


def until(supervisord: Supervisord, name: str, *states: str) -> dict[str, Any]:
    """What supervisord tells of a program as soon as it is in one of the states."""

    def ask(_probe: object) -> Status:
        name_of_state = supervisord.info(name).get("statename")
        return Status(State.CURRENT if name_of_state in states else State.WAITING, "")

    assert readiness.wait([{}], ask, 20).current, supervisord.status(name)
    return supervisord.info(name)


def environment_of(port: int) -> dict[str, Any]:
    def ask(_probe: object) -> Status:
        with socket.socket() as connection:
            listens = connection.connect_ex(("127.0.0.1", port)) == 0
            return Status(State.CURRENT if listens else State.WAITING, "")

    assert readiness.wait([{}], ask, 20).current
    with socket.create_connection(("127.0.0.1", port)) as connection:
        found: dict[str, Any] = json.loads(connection.makefile().read())
        return found


def test_a_program_is_put_once(supervisord: Supervisord, tmp_path: Path, port: int) -> None:
    program = server(tmp_path, "a@local", port, KEY="100% 'a', b")
    assert supervisord.put(program) == ["started supervisord", "wrote the program", "started"]
    assert environment_of(port)["KEY"] == "100% 'a', b"
    until(supervisord, "a@local", "RUNNING")
    assert supervisord.runs(program)
    assert supervisord.put(program) == []


def test_a_changed_program_is_replaced(supervisord: Supervisord, tmp_path: Path, port: int) -> None:
    program = server(tmp_path, "a@local", port, STRATUM_REVISION="1")
    supervisord.put(program)
    before = environment_of(port)
    changed = replace(program, environment={"STRATUM_REVISION": "2"})
    assert not supervisord.runs(changed)
    assert supervisord.put(changed) == [
        "wrote the program",
        "stopped the process before",
        "started",
    ]
    after = environment_of(port)
    assert (before["STRATUM_REVISION"], after["STRATUM_REVISION"]) == ("1", "2")
    assert before["pid"] != after["pid"]


def test_putting_one_program_leaves_the_others_alone(
    supervisord: Supervisord, tmp_path: Path, port: int
) -> None:
    supervisord.put(server(tmp_path, "a@local", port))
    before = environment_of(port)["pid"]
    supervisord.put(Program("b@local", ["/bin/sleep", "60"], tmp_path, tmp_path / "b.log"))
    assert environment_of(port)["pid"] == before


def test_workers_that_put_at_once_share_one_supervisord(
    supervisord: Supervisord, tmp_path: Path
) -> None:
    done: list[str] = []

    def put(name: str) -> None:
        program = Program(name, ["/bin/sleep", "60"], tmp_path, tmp_path / f"{name}.log")
        done.extend(Supervisord(supervisord.root.parent).put(program))

    workers = [threading.Thread(target=put, args=(f"p{number}",)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(done) == ["started"] * 4 + ["started supervisord"] + ["wrote the program"] * 4
    assert all(supervisord.info(f"p{number}")["pid"] for number in range(4))


def test_a_killed_program_runs_again(supervisord: Supervisord, tmp_path: Path, port: int) -> None:
    program = server(tmp_path, "a@local", port)
    supervisord.put(program)
    until(supervisord, "a@local", "RUNNING")
    before = environment_of(port)["pid"]
    os.kill(before, signal.SIGKILL)
    until(supervisord, "a@local", "STARTING", "BACKOFF")
    assert environment_of(port)["pid"] != before
    until(supervisord, "a@local", "RUNNING")
    assert supervisord.put(program) == []


def test_a_program_that_always_fails_shows_its_log(
    supervisord: Supervisord, tmp_path: Path
) -> None:
    script = "echo no such table; exit 3"
    program = Program("a@local", ["/bin/sh", "-c", script], tmp_path, tmp_path / "a.log")
    supervisord.put(program)
    until(supervisord, "a@local", "BACKOFF")
    assert supervisord.put(program) == []
    status = supervisord.status("a@local")
    assert status.state in (State.IN_PROGRESS, State.FAILED)
    assert set(status.evidence) == {"no such table"}


def test_the_status_of_a_program_that_runs(
    supervisord: Supervisord, tmp_path: Path, port: int
) -> None:
    supervisord.put(server(tmp_path, "a@local", port))
    until(supervisord, "a@local", "RUNNING")
    status = supervisord.status("a@local")
    assert (status.state, status.evidence) == (State.CURRENT, ())
    assert status.sentence.startswith("program a@local is RUNNING: pid ")


def test_the_status_of_a_program_that_nobody_put(supervisord: Supervisord) -> None:
    missing = Status(State.NOT_FOUND, "supervisord does not run a@local")
    assert supervisord.status("a@local") == missing
    supervisord.ensure_running()
    assert supervisord.status("a@local") == missing


def test_a_removed_program_ends_and_with_the_last_one_supervisord(
    supervisord: Supervisord, tmp_path: Path, port: int
) -> None:
    supervisord.put(server(tmp_path, "a@local", port))
    supervisord.put(Program("b@local", ["/bin/sleep", "60"], tmp_path, tmp_path / "b.log"))
    environment_of(port)
    assert supervisord.remove("a@local")
    assert (supervisord.info("a@local"), supervisord.answers()) == ({}, True)
    with socket.socket() as connection:
        assert connection.connect_ex(("127.0.0.1", port)) != 0
    assert not supervisord.remove("a@local")
    assert supervisord.remove("b@local")
    assert not supervisord.answers()


def test_a_program_can_be_removed_when_supervisord_is_gone(
    supervisord: Supervisord, tmp_path: Path, port: int
) -> None:
    supervisord.put(server(tmp_path, "a@local", port))
    supervisord.shut_down()
    assert supervisord.remove("a@local")
    assert list((supervisord.root / "programs").iterdir()) == []


def test_programs_end_with_a_killed_supervisord(
    supervisord: Supervisord, tmp_path: Path, port: int
) -> None:
    supervisord.put(server(tmp_path, "a@local", port))
    environment_of(port)
    os.kill(supervisord.process(), signal.SIGKILL)

    def ask(_probe: object) -> Status:
        with socket.socket() as connection:
            gone = connection.connect_ex(("127.0.0.1", port)) != 0
            return Status(State.CURRENT if gone else State.WAITING, "")

    assert readiness.wait([{}], ask, 20).current
    assert supervisord.put(server(tmp_path, "a@local", port)) == ["started supervisord", "started"]


def test_a_program_that_is_not_there_is_named(supervisord: Supervisord, tmp_path: Path) -> None:
    command = [sys.executable, "-c", ""]
    program = Program("a@local", command, tmp_path / "none", tmp_path / "none" / "a.log")
    with pytest.raises(SupervisorError, match="its log is"):
        supervisord.put(program)


def test_a_configuration_that_supervisord_refuses_is_shown(
    supervisord: Supervisord, tmp_path: Path
) -> None:
    programs = supervisord.root / "programs"
    programs.mkdir(parents=True)
    (programs / "a.conf").write_text("[program:a]\n")
    with pytest.raises(SupervisorError) as error:
        supervisord.ensure_running()
    first, second, *_help = str(error.value).splitlines()
    assert first == "supervisord does not start:"
    assert second.startswith("Error: program section program:a does not specify a command")


def test_everything_it_makes_is_for_its_owner_alone(
    supervisord: Supervisord, tmp_path: Path, port: int
) -> None:
    supervisord.put(server(tmp_path, "a@local", port))
    environment_of(port)
    state = supervisord.root.parent.parent
    made = [state, *state.rglob("*"), supervisord.socket, tmp_path / "a@local.log"]
    assert [path for path in made if path.lstat().st_mode & 0o077] == []


@pytest.mark.parametrize("what", ["open to others", "a link"])
def test_a_folder_for_sockets_that_somebody_else_could_use_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder, state = tmp_path / f"stratum-{os.getuid()}", tmp_path / ("x" * 100)
    if what == "a link":
        (tmp_path / "theirs").mkdir(mode=0o700)
        folder.symlink_to(tmp_path / "theirs")
    else:
        folder.mkdir()
        folder.chmod(0o755)
    with pytest.raises(SupervisorError) as error:
        Supervisord(state)
    assert str(error.value) == (
        f"{folder} is not a folder of this account alone, so its sockets cannot be trusted: "
        f"remove it, or use a state directory with a shorter path than {state}"
    )


def test_a_supervisord_that_nobody_started_shuts_down_at_once(supervisord: Supervisord) -> None:
    supervisord.shut_down()
    assert (supervisord.answers(), supervisord.process()) == (False, 0)


def test_it_is_gone_when_it_has_been_shut_down(supervisord: Supervisord) -> None:
    supervisord.ensure_running()
    pid = supervisord.process()
    supervisord.shut_down()
    states = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout
    assert states.strip()[:1] in ("", "Z")  # a zombie, whatever its priority
