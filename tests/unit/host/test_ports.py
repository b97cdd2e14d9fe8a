"""Ports: free, held by the instance itself, by another of ours, by an orphan, or by a stranger."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.host import ports
from ansible_collections.stratum.platform.plugins.module_utils.host.listeners import listeners
from ansible_collections.stratum.platform.plugins.module_utils.host.supervisord import Supervisord

from .conftest import SERVER, server
from .test_supervisord import environment_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")


@pytest.fixture
def stranger() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def instance(name: str, port: int) -> dict[str, Any]:
    return {"name": f"{name}@local", "ports": {f"{name}_port": port}}


def test_a_free_port_is_no_problem(state_directory: Path, port: int) -> None:
    assert ports.check([instance("a", port)], state_directory, end_orphans=True) == []


def test_a_port_that_a_stranger_holds_is_named_with_its_process(
    state_directory: Path, stranger: socket.socket
) -> None:
    port = stranger.getsockname()[1]
    name = Path("/proc/self/comm").read_text().strip()
    assert ports.check([instance("a", port)], state_directory, end_orphans=True) == [
        {
            "where": "a@local, a_port",
            "what": f"port {port} is in use by process {os.getpid()} ({name})",
            "cure": "end that process, or set the parameter behind a_port to a free port",
        }
    ]


def test_all_problems_are_told_together(state_directory: Path, stranger: socket.socket) -> None:
    port = stranger.getsockname()[1]
    both = [instance("a", port), instance("b", port)]
    problems = ports.check(both, state_directory, end_orphans=True)
    assert [problem["where"] for problem in problems] == ["a@local, a_port", "b@local, b_port"]


def test_a_listener_that_answers_nobody_is_seen(state_directory: Path) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        port = full.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            found = ports.check([instance("a", port)], state_directory, end_orphans=True)
    assert [problem["where"] for problem in found] == ["a@local, a_port"]


def test_its_own_program_may_hold_the_port(
    supervisord: Supervisord, state_directory: Path, tmp_path: Path, port: int
) -> None:
    supervisord.put(server(tmp_path, "a@local", port))
    before = environment_of(port)["pid"]
    assert ports.check([instance("a", port)], state_directory, end_orphans=True) == []
    assert environment_of(port)["pid"] == before


def test_the_program_of_another_instance_is_named_and_left_alone(
    supervisord: Supervisord, state_directory: Path, tmp_path: Path, port: int
) -> None:
    supervisord.put(server(tmp_path, "b@local", port))
    before = environment_of(port)["pid"]
    name = Path(f"/proc/{before}/comm").read_text().strip()
    assert ports.check([instance("a", port)], state_directory, end_orphans=True) == [
        {
            "where": "a@local, a_port",
            "what": f"port {port} is in use by b@local of this environment, "
            f"process {before} ({name})",
            "cure": "give b@local its new port first (--limit b@local) or remove it, "
            "or set the parameter behind a_port to a free port",
        }
    ]
    assert environment_of(port)["pid"] == before


@pytest.fixture
def orphan(state_directory: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """What a supervisord of this environment left behind: known by its environment alone."""
    address = f"unix://{Supervisord(state_directory).socket}"
    process = subprocess.Popen(
        [sys.executable, str(SERVER), str(port)],
        env={"SUPERVISOR_SERVER_URL": address, "SUPERVISOR_PROCESS_NAME": "a@local"},
    )
    assert environment_of(port)["SUPERVISOR_SERVER_URL"] == address
    yield process
    process.kill()
    process.wait()


def test_an_orphan_of_this_environment_is_ended(
    orphan: subprocess.Popen[bytes], state_directory: Path, port: int
) -> None:
    assert ports.check([instance("a", port)], state_directory, end_orphans=True) == []
    assert listeners(port) == []
    assert orphan.wait(10) == -15


def test_a_check_leaves_an_orphan_alone(
    orphan: subprocess.Popen[bytes], state_directory: Path, port: int
) -> None:
    assert ports.check([instance("a", port)], state_directory, end_orphans=False) == []
    assert orphan.poll() is None


def test_an_orphan_of_another_environment_is_a_stranger(
    orphan: subprocess.Popen[bytes], state_directory: Path, port: int
) -> None:
    other = state_directory.with_name("test")
    problems = ports.check([instance("a", port)], other, end_orphans=True)
    assert [problem["where"] for problem in problems] == ["a@local, a_port"]
    assert orphan.poll() is None


def test_an_orphan_that_does_not_end_is_a_problem(
    state_directory: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "END_SECONDS", 0.2)
    script = f"import signal; signal.signal(15, signal.SIG_IGN); exec(open({str(SERVER)!r}).read())"
    address = f"unix://{Supervisord(state_directory).socket}"
    with subprocess.Popen(
        [sys.executable, "-c", script, str(port)], env={"SUPERVISOR_SERVER_URL": address}
    ) as process:
        environment_of(port)
        problems = ports.check([instance("a", port)], state_directory, end_orphans=True)
        process.kill()
    assert [problem["where"] for problem in problems] == ["a@local, a_port"]
