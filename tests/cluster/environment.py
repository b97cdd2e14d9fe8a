"""An environment of the product delivery in a folder of a test's own, driven as users do."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx

from ansible_collections.stratum.platform.tests.integration.conftest import free_ports
from testbed.build import binary

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(sys.executable).parent
WINDOW = {"from": "2026-08-01T00:00:00Z", "to": "2026-11-01T00:00:00Z", "environment": "*"}
MACHINE = {"connection": "local", "service_manager": "supervisord"}
PORTS = [
    "object_store_port",
    "object_store_master_port",
    "object_store_volume_port",
    "object_store_filer_port",
    "warehouse_port",
    "collector_port",
    "etl_port",
    "console_port",
]
UNTIL = "2026-11-01T00:00:00+00:00"


@dataclass(frozen=True)
class Environment:
    """`inventories/<name>/product.yml` in `project`, and what is in its state directory."""

    project: Path
    name: str

    def write(self, **content: Any) -> None:
        """The environment file; JSON is YAML."""
        fixed = {
            "plugin": "stratum.platform.product",
            "product": "delivery",
            "release": "1.0.0",
            "artifacts": "checkout",
        }
        self._inventory.mkdir(parents=True, exist_ok=True)
        (self._inventory / "product.yml").write_text(json.dumps(fixed | content))

    def read(self) -> dict[str, Any]:
        """What the environment file says, to write it again with a change."""
        return dict(json.loads((self._inventory / "product.yml").read_text()))

    def play(self, playbook: str, *arguments: str, fails: bool = False) -> str:
        """Run a playbook of the collection; gives what it printed."""
        command = [PROGRAMS / "ansible-playbook", "-i", self._inventory]
        command += [ROOT / "playbooks" / f"{playbook}.yml", *arguments]
        done = subprocess.run(
            list(map(str, command)),
            cwd=ROOT,
            env=_variables(),
            capture_output=True,
            text=True,
        )
        assert (done.returncode != 0) == fails, f"{done.stdout}\n{done.stderr}"
        return done.stdout

    def install(self, *arguments: str) -> dict[str, str]:
        """Run site.yml; gives the final state of every instance."""
        self.play("site", *arguments)
        return self.states()

    @property
    def state(self) -> Path:
        return self.project / ".stratum" / self.name

    @property
    def journal(self) -> Path:
        """The journal of the last run."""
        return max((self.state / "journal").glob("*.jsonl"))

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.journal.read_text().splitlines()]

    def states(self) -> dict[str, str]:
        """The final states of the last run."""
        return {e["instance"]: e["state"] for e in self.events() if e["event"] == "ended"}

    def record(self, instance: str) -> dict[str, Any]:
        return dict(json.loads((self.state / "records" / f"{instance}.json").read_text()))

    def secret(self, name: str) -> str:
        """A generated secret, as `component.key`."""
        return (self.state / "secrets" / name).read_text()

    def send_sample(self, collector: str, seed: int = 1) -> dict[str, Any]:
        """Send the sample's webhooks of the quarter up to UNTIL; gives the summary."""
        folder = self.state / "secrets"
        words = ("--collector", collector, "--secrets-dir", folder, "--seed", seed)
        done = self._sample("send", *words)
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout.strip().splitlines()[-1]))

    def wait_for_sample(self, console: str) -> None:
        """Wait until all of it is visible in the console."""
        done = self._look_for_sample(console, seconds=300)
        assert done.returncode == 0, done.stderr

    def shows_sample(self, console: str) -> bool:
        """Whether all of it is visible in the console now."""
        return self._look_for_sample(console, seconds=1).returncode == 0

    def dora(self, console: str) -> dict[str, Any]:
        """The answer of the console's API for the sample's quarter."""
        headers = {"Authorization": f"Bearer {self.secret('console.operator_token')}"}
        answer = httpx.get(f"{console}/api/metrics/dora", params=WINDOW, headers=headers)
        answer.raise_for_status()
        return dict(answer.json())

    @cached_property
    def _inventory(self) -> Path:
        return self.project / "inventories" / self.name

    def _look_for_sample(self, console: str, seconds: int) -> subprocess.CompletedProcess[str]:
        token = self.state / "secrets" / "console.operator_token"
        return self._sample(
            "wait", "--console", console, "--timeout", seconds, "--token-file", token
        )

    def _sample(self, command: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        words = (PROGRAMS / "stratum-sample", command, "--until", UNTIL, *arguments)
        return subprocess.run([str(word) for word in words], capture_output=True, text=True)


def _variables() -> dict[str, str]:
    """The bed's helm is found by PATH, as a user's is."""
    path = f"{binary('helm').parent}:{os.environ['PATH']}"
    config = str(ROOT / "ansible.cfg")
    return {**os.environ, "ANSIBLE_CONFIG": config, "ANSIBLE_NOCOLOR": "1", "PATH": path}


def free_port_parameters() -> dict[str, int]:
    """Free ports for what is installed on the machine."""
    return dict(zip(PORTS, itertools.count(free_ports(len(PORTS))), strict=False))
