"""Real programs on loopback for the time of a test: exporters, Prometheus and Loki."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

from ansible_collections.stratum.platform.tests.integration.conftest import free_ports, wait_until
from testbed.build import binary

START_SECONDS = 60.0
LOKI = {
    "auth_enabled": False,
    "analytics": {"reporting_enabled": False},
    "schema_config": {
        "configs": [
            {
                "from": "2025-01-01",
                "store": "tsdb",
                "object_store": "filesystem",
                "schema": "v13",
                "index": {"prefix": "index_", "period": "24h"},
            }
        ]
    },
    "ingester": {"lifecycler": {"min_ready_duration": "0s"}},
}


@dataclass(frozen=True)
class Server:
    """A program that answers at `url`."""

    url: str

    def get(self, path: str, **parameters: Any) -> Any:
        """What it answers in JSON; an error is the test's."""
        answer = httpx.get(f"{self.url}{path}", params=parameters, timeout=60)
        assert answer.status_code == 200, f"{answer.text}\n{parameters}"
        return answer.json()

    def metrics(self) -> str:
        answer = httpx.get(f"{self.url}/metrics", timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.text


@contextmanager
def running(
    name: str, arguments: Sequence[str], port: int, ready: str, folder: Path
) -> Iterator[Server]:
    """The built program, from ready to ended."""
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"{name}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(binary(name)), *arguments], cwd=folder, stdout=output, stderr=subprocess.STDOUT
        )
    server = Server(f"http://127.0.0.1:{port}")

    def evidence() -> str:
        return log.read_text(errors="replace")[-2000:]

    def answers() -> bool:
        assert process.poll() is None, f"{name} ended early: {evidence()}"
        try:
            return httpx.get(f"{server.url}{ready}", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    try:
        wait_until(answers, START_SECONDS, evidence)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def prometheus(folder: Path, *, scrapes: bool = False) -> Iterator[Server]:
    """What is in `folder/data` is all it knows, if it does not scrape itself."""
    port = free_ports()
    folder.mkdir(parents=True, exist_ok=True)
    targets = [{"targets": [f"127.0.0.1:{port}"]}]
    job = {"job_name": "itself", "scrape_interval": "1s", "static_configs": targets}
    settings = {"scrape_configs": [job] if scrapes else []}
    (folder / "prometheus.yml").write_text(yaml.safe_dump(settings))
    flags = [
        f"--config.file={folder}/prometheus.yml",
        f"--storage.tsdb.path={folder}/data",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with running("prometheus", flags, port, "/-/ready", folder) as server:
        yield server


@contextmanager
def loki(folder: Path) -> Iterator[Server]:
    """All its parts in one process, with its chunks in the folder."""
    port, inner = free_ports(), free_ports()
    folder.mkdir(parents=True, exist_ok=True)
    settings = {
        **LOKI,
        "server": {
            "http_listen_address": "127.0.0.1",
            "http_listen_port": port,
            "grpc_listen_address": "127.0.0.1",
            "grpc_listen_port": inner,
        },
        "common": {
            "path_prefix": f"{folder}/data",
            "replication_factor": 1,
            "instance_addr": "127.0.0.1",
            "ring": {"kvstore": {"store": "inmemory"}},
            "storage": {
                "filesystem": {
                    "chunks_directory": f"{folder}/chunks",
                    "rules_directory": f"{folder}/rules",
                }
            },
        },
        "compactor": {"working_directory": f"{folder}/compactor"},
    }
    (folder / "loki.yml").write_text(yaml.safe_dump(settings))
    flags = [f"-config.file={folder}/loki.yml"]
    with running("loki", flags, port, "/ready", folder) as server:
        yield server


@contextmanager
def exporter(name: str, folder: Path, *flags: str) -> Iterator[Server]:
    """A program that is asked for its metrics only."""
    port = free_ports()
    address = f"--web.listen-address=127.0.0.1:{port}"
    with running(name, [address, *flags], port, "/metrics", folder) as server:
        yield server
