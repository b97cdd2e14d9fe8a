"""The smoke test: what it asks through the public address, and what it says of what it finds."""

from __future__ import annotations

import base64
import json
import ssl
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

PASSWORD = "s3cret"
SAMPLES = {"status": "success", "data": {"result": [{"metric": {}, "value": [1, "1"]}]}}
NOTHING = {"status": "success", "data": {"result": []}}


@contextmanager
def gateway(
    answers: Mapping[str, object], tls: ssl.SSLContext | None = None, *, is_open: bool = False
) -> Iterator[str]:
    """A server that lets only the reader query; gives its address."""
    account = "Basic " + base64.b64encode(f"reader:{PASSWORD}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            refused = path != "/healthz" and self.headers["Authorization"] != account
            self.send_response(401 if refused and not is_open else 200 if path in answers else 404)
            self.end_headers()
            self.wfile.write(json.dumps(answers.get(path)).encode())

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def installed(tmp_path: Path):
    """A state directory that recorded a gateway at an address."""

    def write(url: str, authority: str = "") -> Path:
        outputs = {"outside_url": url, "ca_certificate": authority}
        for name, text in (
            ("records/data_gateway.json", json.dumps({"outputs": outputs})),
            ("secrets/data_gateway.reader_password", PASSWORD),
        ):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text)
        return tmp_path

    return write


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ssl.SSLContext]:
    """A certificate for 127.0.0.1 that is its own authority, and a server's use of it."""
    folder = tmp_path_factory.mktemp("tls")
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-keyout", "key.pem", "-out", "certificate.pem", "-days", "2"]
    command += ["-subj", "/CN=gateway", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return (folder / "certificate.pem").read_text(), context


def sound(found: object = SAMPLES) -> dict[str, object]:
    return {"/healthz": {"status": "ok"}, "/api/v1/query": found}


def test_a_product_that_answers_from_outside_passes(program, installed, authority, capsys):
    certificate, context = authority
    with gateway(sound(), context) as url:
        state = installed(url, certificate)
        assert program("smoke").main([str(state), "--seconds=0"]) == 0
    assert capsys.readouterr().out.startswith(f"{url} answers: ")


def test_who_shows_a_certificate_of_another_authority_is_not_believed(
    program, installed, authority, capsys
):
    with gateway(sound(), authority[1]) as url:
        assert program("smoke").main([str(installed(url)), "--seconds=0"]) == 1
    assert f"::error title=Smoke test::{url} cannot be reached: " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answers", "is_open", "fault"),
    [
        ({}, False, "{url}/healthz answers 404"),
        (
            sound(NOTHING),
            False,
            "the query node_uname_info finds nothing: no node's metrics have arrived",
        ),
        (sound(), True, "who does not sign in is answered 200 and not 401"),
        (
            {"/healthz": {}},
            False,
            "the user reader is answered 404 to a query",
        ),
        (sound("hello"), False, "a query is not answered as Prometheus does: b'\"hello\"'"),
    ],
    ids=["not healthy", "no metrics", "open", "no way to Prometheus", "something else"],
)
def test_what_is_wrong_is_the_first_line_of_the_summary(
    program, installed, tmp_path, monkeypatch, answers, is_open, fault
):
    summary = tmp_path / "summary"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    with gateway(answers, is_open=is_open) as url:
        assert program("smoke").main([str(installed(url)), "--seconds=0"]) == 1
    assert summary.read_text() == (
        f"### The smoke test through the public address failed: {fault.format(url=url)}\n\n"
    )


def test_what_must_have_arrived_is_asked_for(program, installed, capsys):
    query = 'node_uname_info{machine="edge"}'
    with gateway(sound(NOTHING)) as url:
        state = str(installed(url))
        assert program("smoke").main([state, "--query", query, "--seconds=0"]) == 1
    assert f"the query {query} finds nothing: " in capsys.readouterr().out


def test_it_waits_for_metrics_that_are_on_their_way(program, installed, monkeypatch):
    smoke = program("smoke")
    answers = sound(NOTHING)
    monkeypatch.setattr(smoke.time, "sleep", lambda _seconds: answers.update(sound()))
    with gateway(answers) as url:
        assert smoke.main([str(installed(url)), "--seconds=60"]) == 0


def test_without_a_gateway_it_says_so(program, tmp_path, capsys):
    assert program("smoke").main([str(tmp_path)]) == 1
    assert capsys.readouterr().out == (
        f"::error title=Smoke test::{tmp_path}/records/data_gateway.json is not there: no gateway "
        "was installed\n"
    )
