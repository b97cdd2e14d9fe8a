"""Probes, asked of a real server on a free port of the loopback."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.ready import probe
from ansible_collections.stratum.platform.plugins.module_utils.ready.status import State, Status


@dataclass
class Site:
    """What the server answers, and what it was asked."""

    url: str = ""
    port: int = 0
    status: int = 200
    body: bytes = b""
    asked: list[tuple[str, str | None, bytes]] = field(default_factory=list)


@pytest.fixture
def site() -> Iterator[Site]:
    found = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            found.asked.append(
                (self.command, self.headers.get("Authorization"), self.rfile.read(length))
            )
            self.send_response(found.status)
            self.end_headers()
            self.wfile.write(found.body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, format: str, *arguments: object) -> None:
            """A test's server is silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        found.port = server.server_port
        found.url = f"http://127.0.0.1:{found.port}"
        yield found
        server.shutdown()
        thread.join()


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that is taken, so that nobody else can have it, and on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def says(answer: bytes) -> Iterator[int]:
    """The port of a server that says `answer` to whoever connects, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _address = server.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


@pytest.fixture
def ssh_port() -> Iterator[int]:
    yield from says(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")


def ask(**wanted: object) -> Status:
    return probe.ask(wanted, lambda name: Status(State.UNKNOWN, name))


def test_http_with_the_usual_status_is_current(site: Site) -> None:
    assert ask(kind="http", url=site.url) == Status(State.CURRENT, f"{site.url} answers 200")


@pytest.mark.parametrize("status", [204, 404, "503"], ids=str)
def test_http_with_another_wanted_status_is_current(site: Site, status: int | str) -> None:
    site.status = int(status)
    assert ask(kind="http", url=site.url, status=status).current


def test_http_with_the_wrong_status_shows_the_answer(site: Site) -> None:
    site.status, site.body = 503, b'{"status": "waiting"}'
    assert ask(kind="http", url=site.url) == Status(
        State.IN_PROGRESS, f"{site.url} answers 503, not 200", ('{"status": "waiting"}',)
    )


def test_http_that_does_not_answer_says_so(silent_port: int) -> None:
    url = f"http://127.0.0.1:{silent_port}"
    assert ask(kind="http", url=url) == Status(
        State.IN_PROGRESS, f"{url} does not answer: [Errno 111] Connection refused"
    )


def test_http_on_a_port_of_another_protocol_does_not_answer(ssh_port: int) -> None:
    url = f"http://127.0.0.1:{ssh_port}"
    assert ask(kind="http", url=url).sentence == (f"{url} does not answer: SSH-2.0-OpenSSH_9.2\r\n")


def test_http_ignores_the_proxy_of_the_environment(
    site: Site, silent_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{silent_port}")
    assert ask(kind="http", url=site.url).current


def test_http_finds_the_wanted_text(site: Site) -> None:
    site.body = b"stratum_up 1\n"
    assert ask(kind="http", url=site.url, contains="stratum_up 1").current
    assert ask(kind="http", url=site.url, contains="stratum_up 2") == Status(
        State.IN_PROGRESS, f"{site.url} does not contain 'stratum_up 2'", ("stratum_up 1\n",)
    )


def test_http_compares_the_wanted_keys_only(site: Site) -> None:
    site.body = b'{"revision": "abc", "started_at": "now"}'
    assert ask(kind="http", url=site.url, json={"revision": "abc"}).current


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ('{"revision": "old"}', "revision is 'old', not 'new'"),
        ("{}", "revision is None, not 'new'"),
        ("<html>", "the answer is not JSON"),
        ('["new"]', "the answer is '[\"new\"]', not a map"),
    ],
    ids=["another value", "no value", "no JSON", "a list"],
)
def test_http_says_what_differs_in_the_json(site: Site, body: str, sentence: str) -> None:
    site.body = body.encode()
    assert ask(kind="http", url=site.url, json={"revision": "new"}) == Status(
        State.IN_PROGRESS, f"{site.url}: {sentence}", (body,)
    )


def test_tcp_is_current_where_somebody_listens(site: Site) -> None:
    assert ask(kind="tcp", host="127.0.0.1", port=str(site.port)) == Status(
        State.CURRENT, f"127.0.0.1:{site.port} accepts connections"
    )


def test_tcp_is_in_progress_where_nobody_listens(silent_port: int) -> None:
    assert ask(kind="tcp", host="127.0.0.1", port=silent_port) == Status(
        State.IN_PROGRESS,
        f"127.0.0.1:{silent_port} does not accept connections: [Errno 111] Connection refused",
    )


def test_sql_sends_the_query_and_the_credentials(site: Site, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("größer")
    site.body = b"1\n"
    wanted = {"query": "SELECT 1", "expect": 1, "user": "reader"}
    status = ask(kind="sql", url=site.url, **wanted, password_file=str(tmp_path / "password"))
    token = base64.b64encode("reader:größer".encode()).decode()
    assert status == Status(State.CURRENT, "'SELECT 1' gives '1'")
    assert site.asked == [("POST", f"Basic {token}", b"SELECT 1")]


def test_sql_without_a_user_sends_no_credentials(site: Site) -> None:
    site.body = b"1"
    assert ask(kind="sql", url=site.url, query="SELECT 1", expect="1").current
    assert site.asked == [("POST", None, b"SELECT 1")]


def test_sql_shows_what_it_got_instead(site: Site) -> None:
    site.status, site.body = 403, b"Code: 516. Authentication failed\n"
    assert ask(kind="sql", url=site.url, query="SELECT 1", expect=1) == Status(
        State.IN_PROGRESS,
        "'SELECT 1' gives 'Code: 516. Authentication failed' (HTTP 403), not '1'",
    )


def test_sql_with_a_missing_password_file_names_it(site: Site, tmp_path: Path) -> None:
    missing = str(tmp_path / "none")
    wanted = {"query": "SELECT 1", "expect": 1, "user": "reader", "password_file": missing}
    assert ask(kind="sql", url=site.url, **wanted) == Status(
        State.IN_PROGRESS,
        f"the password of reader: [Errno 2] No such file or directory: {missing!r}",
    )


def test_sql_that_does_not_answer_says_so(silent_port: int) -> None:
    url = f"http://127.0.0.1:{silent_port}"
    assert ask(kind="sql", url=url, query="SELECT 1", expect=1) == Status(
        State.IN_PROGRESS, f"{url} does not answer: [Errno 111] Connection refused"
    )


def test_program_asks_the_service_manager() -> None:
    told = Status(State.CURRENT, "etl@local runs")
    assert (
        probe.ask({"kind": "program", "name": "etl@local"}, {"etl@local": told}.__getitem__) is told
    )


def test_an_unknown_kind_names_those_that_exist() -> None:
    with pytest.raises(probe.UnknownProbeError) as error:
        ask(kind="htpp", url="http://127.0.0.1")
    assert str(error.value) == (
        "there is no probe of kind 'htpp'; there are http, program, sql, tcp"
    )
