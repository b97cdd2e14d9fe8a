"""A real HTTP server on a free port that plays the collector and the console."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

Answer = tuple[int, dict[str, str], bytes]


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Server:
    """Answers with what `answer` says and remembers what was asked."""

    url: str = ""
    requests: list[Request] = field(default_factory=list)
    answer: Callable[[Request], Answer] = lambda _request: (202, {}, b'{"status":"accepted"}')


@pytest.fixture
def server() -> Iterator[Server]:
    """The server, while the test runs."""
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        # One packet an answer, or the kernel holds the second one back.
        wbufsize = 65536

        def do_POST(self) -> None:
            self.answer()

        def do_GET(self) -> None:
            self.answer()

        def answer(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.command, self.path, headers, self.rfile.read(length))
            state.requests.append(request)
            status, extra, body = state.answer(request)
            self.send_response(status)
            for name, value in {**extra, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Silence."""

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A sender that gives up breaks its other connections off."""

    with Quiet(("127.0.0.1", 0), Handler) as http:
        state.url = f"http://127.0.0.1:{http.server_port}"
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        yield state
        http.shutdown()
        thread.join()


@pytest.fixture
def secrets_dir(tmp_path: Path) -> Path:
    """A folder with the three sample secrets."""
    folder = tmp_path / "secrets"
    folder.mkdir()
    for source in ("argocd", "github", "gitlab"):
        file = folder / f"collector.sample_{source}_secret"
        file.write_text(f"{source}-secret", encoding="utf-8")
        file.chmod(0o600)
    return folder
