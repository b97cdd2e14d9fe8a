"""A real supervisord in a folder of its own; always shut down."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.host.program import Program
from ansible_collections.stratum.platform.plugins.module_utils.host.supervisord import Supervisord

SERVER = Path(__file__).with_name("server.py")


@pytest.fixture
def state_directory(tmp_path: Path) -> Path:
    """Its name has what paths may have; below, the socket's path is longer than a kernel takes."""
    return tmp_path / "my project 100%" / ".stratum" / "demo"


@pytest.fixture
def supervisord(state_directory: Path) -> Iterator[Supervisord]:
    found = Supervisord(state_directory)
    yield found
    found.shut_down()
    found.socket.unlink(missing_ok=True)


@pytest.fixture
def port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        number: int = chosen.getsockname()[1]
        return number


def server(root: Path, name: str, port: int, **environment: str) -> Program:
    """A program that listens on a port."""
    root.mkdir(parents=True, exist_ok=True)
    return Program(
        name=name,
        command=[sys.executable, str(SERVER), str(port)],
        directory=root,
        log=root / f"{name}.log",
        environment=environment,
    )
