"""`/healthz`, `/readyz` and `/metrics` of `stratum-etl watch`, from a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec

from stratum.errors import error_json
from stratum.etl.errors import EtlError
from stratum.etl.metrics import Metrics
from stratum.health import Health, Waiting

JSON = "application/json"


class Status:
    """What the loop is waiting for; empty when the last pass ended well."""

    def __init__(self, health: Health, metrics: Metrics) -> None:
        self._health = health
        self.metrics = metrics
        self.reasons: list[str] = ["the first pass has not ended yet"]

    def answer(self, path: str) -> tuple[int, str, bytes]:
        if path == "/healthz":
            return 200, JSON, msgspec.json.encode(self._health)
        if path == "/metrics":
            return 200, "text/plain; version=0.0.4", self.metrics.text()
        if path != "/readyz":
            return 404, JSON, error_json("not_found", f"there is nothing at {path}")
        reasons = self.reasons
        if reasons:
            return 503, JSON, msgspec.json.encode(Waiting(reasons))
        return 200, JSON, b'{"status":"ready"}'


@contextmanager
def serving(status: Status, address: str, port: int) -> Iterator[int]:
    """The port it listens on, of which 0 lets the system choose."""
    try:
        server = ThreadingHTTPServer((address, port), _handler(status))
    except OSError as error:
        raise EtlError(
            f"cannot listen: {(error.strerror or str(error)).lower()}",
            where=f"{address}:{port}",
            hint="choose another port, or end the process that has it",
        ) from error
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), name="status", daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def _handler(status: Status) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def do_GET(self) -> None:
            code, kind, body = status.answer(self.path.partition("?")[0])
            self.send_response(code)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Requests are counted by who sends them; the log is for the loads."""

    return Handler
