"""What the integration tests share: a real SeaweedFS on loopback, and free ports."""

from __future__ import annotations

import contextlib
import json
import secrets
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import BotoCoreError, ClientError

START_SECONDS = 60.0


@dataclass(frozen=True)
class Bucket:
    """One bucket of the store, and what a service needs to reach it."""

    name: str
    endpoint: str
    access_key: str
    secret_key: str
    region: str = "us-east-1"

    @property
    def client(self):
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            region_name=self.region,
        )

    def objects(self) -> dict[str, bytes]:
        client = self.client
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=self.name)
        keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
        return {
            key: client.get_object(Bucket=self.name, Key=key)["Body"].read() for key in sorted(keys)
        }

    def write_keys(self, folder: Path) -> tuple[Path, Path]:
        """The two secret files that services read."""
        return write_secret(folder / "access", self.access_key), write_secret(
            folder / "secret", self.secret_key
        )


@dataclass
class ObjectStoreServer:
    """A SeaweedFS with identities; `stop` and `start` keep its data and its address."""

    folder: Path
    port: int
    access_key: str
    secret_key: str
    process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def bucket(self, name: str | None = None) -> Bucket:
        """A new bucket; names are random unless given."""
        bucket = Bucket(
            name or f"test-{secrets.token_hex(6)}", self.endpoint, self.access_key, self.secret_key
        )
        bucket.client.create_bucket(Bucket=bucket.name)
        return bucket

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self._command(), stdout=log, stderr=subprocess.STDOUT, cwd=self.folder
            )
        probe = Bucket("", self.endpoint, self.access_key, self.secret_key)
        wait_until(lambda: self._answers(probe), START_SECONDS, self._evidence)

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def _command(self) -> list[str]:
        identities = {
            "identities": [
                {
                    "name": "stratum",
                    "credentials": [{"accessKey": self.access_key, "secretKey": self.secret_key}],
                    "actions": ["Admin", "Read", "Write", "List", "Tagging"],
                }
            ]
        }
        config = self.folder / "identities.json"
        config.write_text(json.dumps(identities))
        data = self.folder / "data"
        data.mkdir(exist_ok=True)
        ports = {
            "master.port": self.port + 1,
            "master.port.grpc": self.port + 2,
            "volume.port": self.port + 3,
            "volume.port.grpc": self.port + 4,
            "filer.port": self.port + 5,
            "filer.port.grpc": self.port + 6,
            "s3.port": self.port,
            "s3.port.grpc": self.port + 7,
            "s3.port.iceberg": 0,
            "s3.port.lance": 0,
        }
        weed = Path(sys.executable).with_name("weed")
        return [
            str(weed),
            "server",
            f"-dir={data}",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            # Every bucket takes seven volumes; the default size would allow but a few in all.
            "-master.volumeSizeLimitMB=64",
            "-volume.max=5000",
            "-master.telemetry=false",
            "-filer",
            "-s3",
            f"-s3.config={config}",
            *(f"-{name}={port}" for name, port in ports.items()),
        ]

    def _answers(self, probe: Bucket) -> bool:
        if self.process is None or self.process.poll() is not None:
            raise AssertionError(f"SeaweedFS ended early: {self._evidence()}")
        try:
            probe.client.list_buckets()
        except (BotoCoreError, ClientError):
            return False
        return True

    def _evidence(self) -> str:
        return (self.folder / "log").read_text(errors="replace")[-2000:]


@pytest.fixture(scope="session")
def object_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStoreServer]:
    """One SeaweedFS for all tests: give each test `object_store.bucket()` of its own."""
    store = new_object_store(tmp_path_factory.mktemp("object_store"))
    try:
        store.start()
        yield store
    finally:
        store.stop()


class StoreLink:
    """A TCP relay in front of the store: `down` is a store that is away, `up` brings it back."""

    def __init__(self, target: int, port: int) -> None:
        self._target = target
        self._port = port
        self._server: socketserver.ThreadingTCPServer | None = None
        self._open: set[socket.socket] = set()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def up(self) -> None:
        target, sockets = self._target, self._open

        class Relay(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                sockets.add(self.request)
                with socket.create_connection(("127.0.0.1", target)) as other:
                    back = threading.Thread(target=_pump, args=(other, self.request), daemon=True)
                    back.start()
                    _pump(self.request, other)
                    back.join()

        socketserver.ThreadingTCPServer.allow_reuse_address = True
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", self._port), Relay)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def down(self) -> None:
        """New connections are refused, open ones end."""
        if self._server:
            self._server.shutdown()
            self._server.socket.close()
            self._server = None
        for one in self._open:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._open.clear()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


@pytest.fixture
def store_link(object_store: ObjectStoreServer) -> Iterator[StoreLink]:
    link = StoreLink(object_store.port, free_ports())
    yield link
    link.down()


@pytest.fixture
def eventually() -> Callable[..., None]:
    """`eventually(condition, seconds, evidence)` looks until it is so, or fails with evidence."""
    return wait_until


@pytest.fixture
def free_port() -> Callable[[], int]:
    return free_ports


def new_object_store(folder: Path) -> ObjectStoreServer:
    return ObjectStoreServer(folder, free_ports(8), secrets.token_hex(8), secrets.token_hex(16))


def write_secret(path: Path, value: str) -> Path:
    path.touch(mode=0o600)
    path.write_text(value)
    return path


def free_ports(count: int = 1) -> int:
    """The first of `count` consecutive free ports, below those that systems give to clients."""
    for _ in range(200):
        first = 12_000 + secrets.randbelow(18_000)
        if all(_is_free(first + offset) for offset in range(count)):
            return first
    raise AssertionError(f"no {count} consecutive free ports were found")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def wait_until(
    condition: Callable[[], bool], seconds: float, evidence: Callable[[], str] = lambda: ""
) -> None:
    """Look again and again until it is so; a test that fails here says what was seen."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not seen within {seconds} s; {evidence()}")
        time.sleep(0.05)
