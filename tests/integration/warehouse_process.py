"""A real warehouse process and a real ETL's settings, for the tests of both and of the console."""

from __future__ import annotations

import secrets
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from ansible_collections.stratum.platform.tests.integration.conftest import (
    free_ports,
    wait_until,
    write_secret,
)

ACCESSES = {"admin": "admin", "etl": "ingest", "console": "reader"}


@dataclass
class WarehouseProcess:
    """`stratum-warehouse` on loopback; `stop` and `start` keep its data and its address."""

    folder: Path
    port: int
    passwords: dict[str, str] = field(
        default_factory=lambda: {name: secrets.token_hex(12) for name in ACCESSES}
    )
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, user: str = "admin") -> httpx.Client:
        auth = (user, self.passwords[user])
        return httpx.Client(base_url=self.url, auth=auth, timeout=60, verify=False)

    def ask(self, sql: str, *, database: str = "stratum", user: str = "admin") -> str:
        with self.client(user) as client:
            answer = client.post("/", params={"database": database}, content=sql)
        assert answer.status_code == 200, answer.text
        return answer.text.strip()

    def password_file(self, user: str) -> Path:
        return write_secret(self.folder / f"{user}.password", self.passwords[user])

    def start(self, **settings: int) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        config = self._write_config(settings)
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [Path(sys.executable).with_name("stratum-warehouse"), "--config", config],
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        wait_until(self._answers, 60.0, self.log)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """The exit code."""
        if self.process is None:
            return 0
        self.process.send_signal(number)
        code = self.process.wait(30)
        self.process = None
        return code

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def _write_config(self, settings: dict[str, int]) -> Path:
        lines = [f'data_dir = "{self.folder / "data"}"', f"port = {self.port}"]
        lines += [f"{name} = {value}" for name, value in settings.items()]
        for name, access in ACCESSES.items():
            lines += ["[[users]]", f'name = "{name}"', f'access = "{access}"']
            lines += [f'password_file = "{self.password_file(name)}"']
        config = self.folder / "warehouse.toml"
        config.write_text("\n".join(lines))
        return config

    def _answers(self) -> bool:
        if self.process is None or self.process.poll() is not None:
            raise AssertionError(f"the warehouse ended early: {self.log()[-2000:]}")
        try:
            return httpx.get(f"{self.url}/readyz", timeout=5, verify=False).status_code == 200
        except httpx.TransportError:
            return False


def new_warehouse(folder: Path) -> WarehouseProcess:
    return WarehouseProcess(folder, free_ports())
