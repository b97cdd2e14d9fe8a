"""A small registry of the OCI distribution specification: what a push needs, kept in memory."""

from __future__ import annotations

import base64
import hashlib
import re
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import ClassVar, Self
from urllib.parse import parse_qs, urlsplit

PATH = re.compile(r"/v2/(?P<name>.+)/(?P<kind>blobs|manifests)/(?P<key>.+)")
REFUSAL = b'{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}'


class RegistryServer:
    """Runs while it is entered; `manifests` are by repository and tag or digest.

    `on_answer` is told of every request: its path, who asks, the status of the answer.
    """

    def __init__(
        self,
        user: str,
        password: str,
        on_answer: Callable[[str, str, int], None] = lambda *_: None,
    ) -> None:
        self.on_answer = on_answer
        account = base64.b64encode(f"{user}:{password}".encode()).decode()
        self.account = f"Basic {account}"
        self.blobs: dict[str, bytes] = {}
        self.manifests: dict[tuple[str, str], bytes] = {}
        self.kinds: dict[str, str] = {}
        handler = type("Handler", (_Handler,), {"registry": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    registry: ClassVar[RegistryServer]

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        if self.path == "/v2/":
            self._answer(200, b"{}")
            return
        found = PATH.fullmatch(self.path)
        if found and found["kind"] == "manifests":
            body = self.registry.manifests.get((found["name"], found["key"]))
        else:
            body = self.registry.blobs.get(found["key"]) if found else None
        if body is None:
            self._answer(404)
            return
        digest = _digest(body)
        kind = self.registry.kinds.get(digest, "application/octet-stream")
        self._answer(200, body, {"Content-Type": kind, "Docker-Content-Digest": digest})

    def do_POST(self) -> None:
        self._read()
        self._answer(202, headers={"Location": f"{urlsplit(self.path).path}1"})

    def do_PUT(self) -> None:
        content = self._read()
        digest = _digest(content)
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        if "digest" in query:
            known = query["digest"] == [digest]
            self.registry.blobs[digest] = content
            self._answer(201 if known else 400, headers={"Docker-Content-Digest": digest})
        elif found := PATH.fullmatch(path):
            self.registry.kinds[digest] = self.headers["Content-Type"]
            for key in (found["key"], digest):
                self.registry.manifests[found["name"], key] = content
            self._answer(201, headers={"Docker-Content-Digest": digest})

    def parse_request(self) -> bool:
        """Nobody gets further without the account."""
        if not super().parse_request():
            return False
        if self.headers["Authorization"] == self.registry.account:
            return True
        self._read()
        self._answer(401, REFUSAL, {"WWW-Authenticate": 'Basic realm="registry"'})
        return False

    def _who(self) -> str:
        """The name of the account that the request gives, whether it is right or not."""
        account = str(self.headers["Authorization"] or "").removeprefix("Basic ")
        return base64.b64decode(account).decode().partition(":")[0]

    def _read(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"] or 0))

    def _answer(
        self, status: int, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> None:
        self.registry.on_answer(self.path, self._who(), status)
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Docker-Distribution-Api-Version", "registry/2.0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        pass


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
