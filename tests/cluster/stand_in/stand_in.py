#!/usr/bin/env python3
"""What a server shows from outside: its ports, health paths and files. It stands in for programs
that cannot be had here, under their names, in the image `stand-in`. Standard library only.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socketserver
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

# How a value is named: `--flag`, VARIABLE of the environment, else a setting in a file of
# configuration (ini, YAML or XML); `section.setting` is the first one after that section.
Names = tuple[str, ...]


@dataclass(frozen=True)
class Port:
    """Without `answers` it only takes connections; without `default` it is open where named."""

    default: str
    names: Names = ()
    answers: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Program:
    ports: tuple[Port, ...] = ()
    address: Names = ()
    config: Names = ()
    # Folders that it must be able to write.
    data: Names = ()
    # First words with which it only reads its files and ends.
    checks: Names = ()


def _http(default: str, names: Names, *paths: str, text: str = "ok") -> Port:
    return Port(default, names, dict.fromkeys(paths, text))


_CLICKHOUSE = Program(
    (
        _http("8123", ("http_port",), "/ping", "/replicas_status", text="Ok.\n"),
        Port("9000", ("tcp_port",)),
        Port("", ("https_port",)),
        Port("", ("tcp_port_secure",)),
        Port("", ("interserver_http_port",)),
        _http("", ("prometheus.port",)),
    ),
    address=("listen_host",),
    config=("--config-file", "--config", "-C"),
    data=("path",),
    checks=("extract-from-config",),
)
_KEEPER = Program(
    (Port("9181", ("keeper_server.tcp_port",)), _http("", ("http_control.port",), "/ready")),
    address=("listen_host",),
    config=_CLICKHOUSE.config,
    data=("log_storage_path", "snapshot_storage_path"),
)
PROGRAMS = {
    "alloy": Program(
        (_http("127.0.0.1:12345", ("--server.http.listen-addr",), "/-/ready", "/-/healthy"),),
        data=("--storage.path",),
        checks=("validate", "fmt"),
    ),
    "cert-manager-cainjector": Program((_http("9402", ("--metrics-listen-address",)),)),
    "cert-manager-controller": Program(
        (
            _http("9402", ("--metrics-listen-address",)),
            _http("9403", ("--healthz-listen-address",), "/livez"),
        )
    ),
    "cert-manager-startupapicheck": Program(checks=("check",)),
    "cert-manager-webhook": Program(
        (
            Port("10250", ("--secure-port",)),
            _http("6080", ("--healthz-port",), "/livez", "/healthz"),
            _http("9402", ("--metrics-listen-address",)),
        )
    ),
    "clickhouse": _CLICKHOUSE,
    "clickhouse-keeper": _KEEPER,
    "clickhouse-server": _CLICKHOUSE,
    "cloudquery": Program(checks=("sync",)),
    "deepflow-agent": Program(config=("-f",)),
    "deepflow-app": Program((Port("20418"),)),
    "deepflow-server": Program(
        (
            _http("20417", (), "/v1/health/"),
            Port("20416"),
            Port("20033"),
            Port("20035"),
        ),
        config=("-f",),
    ),
    "grafana": Program(
        (
            _http(
                "3000",
                ("GF_SERVER_HTTP_PORT", "http_port"),
                "/api/health",
                "/healthz",
                text='{"database": "ok"}',
            ),
        ),
        address=("GF_SERVER_HTTP_ADDR", "http_addr"),
        config=("--config", "-config"),
        data=("GF_PATHS_DATA", "data"),
    ),
    "kube-state-metrics": Program(
        (
            _http("8080", ("--port",), "/healthz", "/livez"),
            _http("8081", ("--telemetry-port",), "/healthz", "/livez", "/readyz"),
        ),
        address=("--host",),
    ),
    "mysqld": Program(
        (Port("3306", ("--port", "port")),),
        address=("--bind-address", "bind-address"),
        config=("--defaults-file",),
        data=("--datadir", "datadir"),
    ),
    "neo4j": Program((_http("7474", (), "/"), Port("7687"))),
    "qdrant": Program((_http("6333", (), "/readyz", "/livez"), Port("6334"))),
}


class StartError(Exception):
    """The real program would not start either."""


@dataclass(frozen=True)
class Given:
    """What it was started with: the arguments, the environment, the text of its configuration."""

    arguments: Sequence[str]
    environment: Mapping[str, str]
    text: str = ""

    def values(self, names: Names) -> list[str]:
        """Those of the first name that is given at all; a setting may be there several times."""
        return next((found for name in names if (found := list(self._of(name)))), [])

    def _of(self, name: str) -> Iterator[str]:
        if name.startswith("-"):
            for argument, after in zip(self.arguments, [*self.arguments[1:], ""], strict=True):
                if argument == name:
                    yield after
                elif argument.startswith(f"{name}="):
                    yield argument.removeprefix(f"{name}=")
        elif name.isupper():
            yield from filter(None, [self.environment.get(name)])
        else:
            yield from re.findall(_setting(name), self.text)


def _setting(name: str) -> str:
    begin = r"(?m:^[ \t]*|[<{,][ \t]*)"
    sections = [rf"{begin}{re.escape(part)}\b[\s\S]*?" for part in name.split(".")[:-1]]
    last = re.escape(name.split(".")[-1])
    return "".join(sections) + rf'{begin}{last}[ \t]*[=:>][ \t]*"?([^\s"<,}}]+)'


def given(program: Program, arguments: Sequence[str], environment: Mapping[str, str]) -> Given:
    """Read the files that the arguments name."""
    bare = Given(arguments, environment)
    operands = (each for each in arguments if each.startswith("/") and not Path(each).is_dir())
    files = dict.fromkeys([*bare.values(program.config), *operands])
    texts = [text for file in files for text in _texts(Path(file))]
    return Given(arguments, environment, "\n".join(texts))


def _texts(file: Path) -> Iterator[str]:
    """The file's, and those of the folder beside it that ClickHouse reads with it."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise StartError(f"{file} cannot be read: {error.strerror}") from error
    if not text.strip():
        raise StartError(f"{file} is empty")
    yield text
    for part in sorted(file.parent.glob("con*.d/*")):
        yield part.read_text(encoding="utf-8")


def places(program: Program, known: Given) -> dict[tuple[str, int], Port]:
    """Where it listens. An empty address means all of them."""
    address = (known.values(program.address) or [""])[0]
    found: dict[tuple[str, int], Port] = {}
    for port in program.ports:
        for value in known.values(port.names) or [port.default]:
            host, _, number = value.rpartition(":")
            if number and number != "0":
                host = (host or address).strip("[]")
                found.setdefault(("" if host in {"::", "0.0.0.0"} else host, int(number)), port)
    return found


def write_data(program: Program, known: Given) -> None:
    for folder in known.values(program.data):
        try:
            Path(folder).mkdir(parents=True, exist_ok=True)
            (Path(folder) / "stand-in").write_text("", encoding="utf-8")
        except OSError as error:
            raise StartError(f"{folder} cannot be written: {error.strerror}") from error


def http_handler(answers: Mapping[str, str]) -> type[BaseHTTPRequestHandler]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text = answers.get(self.path.partition("?")[0])
            body = (text if text is not None else "the stand-in has no such path\n").encode()
            self.send_response(404 if text is None else 200)
            # A Prometheus takes nothing whose type it is not told.
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Probes would fill the log."""

    return Answer


class Greeting(socketserver.BaseRequestHandler):
    """Keeper is asked by four letters; everyone else only wants to be let in."""

    def handle(self) -> None:
        if self.request.recv(4) == b"ruok":
            self.request.sendall(b"imok")


class TcpServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def serve(name: str, known: Given, listeners: Mapping[tuple[str, int], Port]) -> None:
    """Open the ports; each answers until the process ends."""
    told = {
        # What the running process was started with, for tests to ask. No variable's value.
        "/stand-in": json.dumps({"program": name, "arguments": list(known.arguments)}),
        "/metrics": f'stand_in_info{{program="{name}"}} 1\n',
    }
    for place, port in listeners.items():
        server: socketserver.BaseServer
        if port.answers is None:
            server = TcpServer(place, Greeting)
        else:
            server = ThreadingHTTPServer(place, http_handler({**told, **port.answers}))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(f"{name} (stand-in) listens on {place[0] or '*'}:{place[1]}", flush=True)


def main(called: str, arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    if list(arguments) == ["--names"]:
        print(*PROGRAMS)
        return 0
    name = environment.get("STAND_IN", "") if called == "stand-in" else called
    if name not in PROGRAMS:
        print(f"stand-in: no program {name}; there are: {', '.join(PROGRAMS)}", file=sys.stderr)
        return 2
    program = PROGRAMS[name]
    ends = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ends.set())
    try:
        known = given(program, arguments, environment)
        if arguments and arguments[0] in program.checks:
            print(f"{name} (stand-in): the files are there; what they say was not checked")
            return 0
        write_data(program, known)
        serve(name, known, places(program, known))
    except (StartError, OSError) as error:
        print(f"{name} (stand-in): {error}", file=sys.stderr)
        return 1
    ends.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[0]).name, sys.argv[1:], os.environ))
