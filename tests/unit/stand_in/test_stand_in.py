"""The program that stands in for servers: where it listens, what it refuses."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from ansible_collections.stratum.platform.tests.cluster.stand_in.stand_in import (
    PROGRAMS,
    Given,
    given,
    places,
)
from ansible_collections.stratum.platform.tests.integration.conftest import free_ports, wait_until

SCRIPT = Path(__file__).resolve().parents[2] / "cluster" / "stand_in" / "stand_in.py"


def listens(name: str, *arguments: str, **environment: str) -> list[tuple[str, int]]:
    program = PROGRAMS[name]
    return sorted(places(program, given(program, arguments, environment)))


def test_a_port_is_that_of_the_arguments() -> None:
    assert listens("alloy", "run", "--server.http.listen-addr=0.0.0.0:1234") == [("", 1234)]
    assert listens("alloy", "run") == [("127.0.0.1", 12345)]
    assert listens("kube-state-metrics", "--port", "1", "--host=::") == [("", 1), ("", 8081)]


def test_the_environment_goes_before_the_configuration(tmp_path: Path) -> None:
    ini = tmp_path / "grafana.ini"
    ini.write_text("[server]\nhttp_addr = 127.0.0.1\nhttp_port = 3001\n")
    assert listens("grafana", f"--config={ini}") == [("127.0.0.1", 3001)]
    assert listens("grafana", f"--config={ini}", GF_SERVER_HTTP_PORT="4") == [("127.0.0.1", 4)]


@pytest.mark.parametrize(
    "text",
    [
        "<clickhouse><http_port>1</http_port><tcp_port>2</tcp_port>"
        "<prometheus><port>3</port></prometheus></clickhouse>",
        "http_port: 1\ntcp_port: 2\nprometheus:\n  endpoint: /metrics\n  port: 3\n",
        "http_port: 1\ntcp_port: 2\nprometheus: {endpoint: /metrics, port: 3}\n",
    ],
    ids=["xml", "yaml", "yaml in one line"],
)
def test_clickhouse_is_read_in_xml_and_yaml(tmp_path: Path, text: str) -> None:
    (tmp_path / "config").write_text(text)
    assert listens("clickhouse-server", f"--config-file={tmp_path}/config") == [
        ("", 1),
        ("", 2),
        ("", 3),
    ]


def test_the_folder_beside_a_configuration_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "config.d").mkdir()
    (tmp_path / "config.d" / "own.yaml").write_text("tcp_port: 7")
    (tmp_path / "config.xml").write_text("<clickhouse/>")
    found = listens("clickhouse-server", "--config-file", f"{tmp_path}/config.xml")
    assert found == [("", 7), ("", 8123)]


def test_a_value_is_that_of_the_first_name_that_is_given() -> None:
    known = Given(("--datadir=/a",), {}, "datadir = /b")
    assert known.values(("--datadir", "datadir")) == ["/a"]
    assert known.values(("datadir", "--datadir")) == ["/b"]


@contextmanager
def running(name: str, tmp_path: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    program = tmp_path / name
    program.symlink_to(SCRIPT)
    process = subprocess.Popen(
        [sys.executable, str(program), *arguments], stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_it_answers_and_ends_when_it_is_told_to(tmp_path: Path) -> None:
    port = free_ports()
    arguments = (
        "run",
        f"--server.http.listen-addr=127.0.0.1:{port}",
        f"--storage.path={tmp_path}/d",
    )
    with running("alloy", tmp_path, *arguments) as process:

        def answers() -> bool:
            try:
                return httpx.get(f"http://127.0.0.1:{port}/-/ready").status_code == 200
            except httpx.TransportError:
                return False

        wait_until(answers, 20, lambda: "")
        told = httpx.get(f"http://127.0.0.1:{port}/stand-in").json()
        assert told == {"program": "alloy", "arguments": list(arguments)}
        assert httpx.get(f"http://127.0.0.1:{port}/nowhere").status_code == 404
        process.terminate()
        assert process.wait(10) == 0


@pytest.mark.parametrize(
    ("name", "arguments", "says"),
    [
        (
            "grafana",
            ["--config=/nowhere"],
            "grafana (stand-in): /nowhere cannot be read: No such file or directory",
        ),
        ("alloy", ["validate", "/dev/null"], "alloy (stand-in): /dev/null is empty"),
        (
            "alloy",
            ["run", "--storage.path=/proc/no"],
            "alloy (stand-in): /proc/no cannot be written: No such file or directory",
        ),
    ],
    ids=["no configuration", "an empty one", "data that cannot be written"],
)
def test_it_refuses_what_no_server_could_start_with(
    tmp_path: Path, name: str, arguments: list[str], says: str
) -> None:
    with running(name, tmp_path, *arguments) as process:
        _, said = process.communicate(timeout=20)
    assert (process.returncode, said.strip()) == (1, says)
