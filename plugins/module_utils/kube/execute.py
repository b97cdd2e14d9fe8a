"""A command in a container of a pod, with text for its standard input.

The API server's `exec` over one WebSocket, in the protocol in which an input can end: that of
Kubernetes 1.30 and newer.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from .access import Access
from .explain import explain
from .problem import ConnectionLost, Refused, Unreachable
from .transport import CONNECT_SECONDS, tls

if TYPE_CHECKING:
    from websocket import WebSocket

PROTOCOL = "v5.channel.k8s.io"
# The first byte of a message says what it is of.
INPUT, OUTPUT, ERRORS, STATUS, END = b"\x00", b"\x01", b"\x02", b"\x03", b"\xff"
PIECE = 1 << 15  # bytes of one message
SILENCE_SECONDS = 600.0
CHECK = "run the same command again; if it happens again, look at the pod and its node"
Answer = tuple[int, str, str]


@dataclass(frozen=True)
class Container:
    """A running container; who uses it needs the right to create `pods/exec`."""

    access: Access
    namespace: str
    pod: str
    name: str

    def __str__(self) -> str:
        return f"Pod {self.namespace}/{self.pod}, container {self.name}"

    def run(self, command: Sequence[str], text: str = "") -> Answer:
        """Exit code, output and errors of a command that reads `text`.

        Raises:
            NotFound: there is no such pod.
            KubeError: the command could not be run, or nobody knows how it ended.
        """
        import websocket  # with its import a run without it would pay for it

        try:
            stream = self._open(command)
            try:
                _send(stream, text.encode())
                return self._answer(_messages(stream))
            finally:
                stream.close()
        except websocket.WebSocketBadStatusException as error:
            body = error.resp_body or b""
            raise explain(error.status_code, _bytes(body), str(self)) from error
        except (websocket.WebSocketException, OSError) as error:
            raise ConnectionLost(f"the connection ended: {error}", str(self), CHECK) from error

    def _open(self, command: Sequence[str]) -> WebSocket:
        import websocket

        host = urlsplit(self.access.server)
        options: dict[str, Any] = {}
        if host.scheme == "https":
            options["sslopt"] = {"context": tls(self.access)}
            if self.access.server_name:
                options["sslopt"]["server_hostname"] = self.access.server_name
        if self.access.proxy:
            proxy = urlsplit(self.access.proxy)
            options |= {"http_proxy_host": proxy.hostname, "http_proxy_port": proxy.port}
            options["proxy_type"] = "http"
        try:
            stream = websocket.create_connection(
                self._url(command),
                timeout=CONNECT_SECONDS,
                header=[f"{name}: {value}" for name, value in self.access.headers.items()],
                subprotocols=[PROTOCOL],
                suppress_origin=True,
                **options,
            )
        except OSError as error:
            what = f"the API server {self.access.server} does not answer: {error}"
            raise Unreachable(what, str(self), "check that the cluster runs") from error
        stream.settimeout(SILENCE_SECONDS)
        return stream

    def _url(self, command: Sequence[str]) -> str:
        base = self.access.server.replace("http", "ws", 1)
        path = f"/api/v1/namespaces/{quote(self.namespace)}/pods/{quote(self.pod)}/exec"
        wanted = {"container": self.name, "stdin": "true", "stdout": "true", "stderr": "true"}
        return f"{base}{path}?{urlencode([*wanted.items(), *(('command', w) for w in command)])}"

    def _answer(self, messages: Iterator[tuple[bytes, bytes]]) -> Answer:
        told: dict[bytes, bytes] = defaultdict(bytes)
        for channel, piece in messages:
            told[channel] += piece
        if STATUS not in told:
            raise ConnectionLost("the connection ended before the command", str(self), CHECK)
        output, errors = (told[each].decode(errors="replace") for each in (OUTPUT, ERRORS))
        return exit_code(told[STATUS], str(self)), output, errors


def exit_code(status: bytes, where: str) -> int:
    """The command's exit code out of the `Status` that follows it.

    Raises:
        Refused: it was not run.
    """
    said = json.loads(status)
    if said.get("status") == "Success":
        return 0
    for cause in (said.get("details") or {}).get("causes") or ():
        if cause.get("reason") == "ExitCode":
            return int(cause["message"])
    what = f"a command was not run: {said.get('message') or 'no reason is given'}"
    raise Refused(what, where, "see that its image has the program")


def _send(stream: WebSocket, content: bytes) -> None:
    for start in range(0, len(content), PIECE):
        stream.send_binary(INPUT + content[start : start + PIECE])
    stream.send_binary(END + INPUT)


def _messages(stream: WebSocket) -> Iterator[tuple[bytes, bytes]]:
    """Channel and content of each message, until the stream is closed."""
    import websocket

    while True:
        opcode, data = stream.recv_data()
        if opcode == websocket.ABNF.OPCODE_CLOSE:
            return
        if data:
            yield data[:1], data[1:]


def _bytes(body: bytes | str) -> bytes:
    return body.encode() if isinstance(body, str) else body
