"""A molecule scenario on test machines: its playbooks, its state, and its environment changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
BED = PROJECT / "tests" / "machines" / "bed.py"


@dataclass(frozen=True)
class Scenario:
    """`name` is that of the scenario and of its environment; `machine` is the one it is about."""

    name: str
    bed: tuple[str, ...]
    machine: str

    @property
    def inventory(self) -> Path:
        return PROJECT / "molecule" / self.name / "inventory" / "product.yml"

    @property
    def state(self) -> Path:
        return PROJECT / ".stratum" / self.name

    def playbook(
        self, name: str, *arguments: str, inventory: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run one of the playbooks, with the scenario's inventory or another."""
        program = Path(sys.executable).with_name("ansible-playbook")
        words = [program, "-i", inventory or self.inventory, *arguments]
        return subprocess.run(
            [*map(str, words), str(PROJECT / "playbooks" / f"{name}.yml")],
            cwd=PROJECT,
            env=os.environ | {"ANSIBLE_CONFIG": str(PROJECT / "ansible.cfg")},
            capture_output=True,
            text=True,
            check=False,
        )

    def install(self, inventory: Path | None = None) -> dict[str, str]:
        """Install again, perhaps with other parameters; gives the final states."""
        done = self.playbook("site", inventory=inventory)
        assert done.returncode == 0, done.stdout + done.stderr
        return self.states()

    def states(self) -> dict[str, str]:
        """The final state of each instance in the last run."""
        journal = max((self.state / "journal").glob("*.jsonl"))
        events = [json.loads(line) for line in journal.read_text().splitlines()]
        return {e["instance"]: e["state"] for e in events if e["event"] == "ended"}

    def record(self, component: str) -> dict[str, Any]:
        """The record of a component's instance on the machine."""
        path = self.state / "records" / f"{component}@{self.machine}.json"
        return dict(json.loads(path.read_text(encoding="utf-8")))

    def secret(self, name: str) -> str:
        """A generated secret's value."""
        return (self.state / "secrets" / name).read_text(encoding="utf-8")

    def environment(self, folder: Path, values: dict[str, Any]) -> Path:
        """The scenario's inventory in a folder, with something changed; `__` separates keys."""
        import yaml  # the bed itself runs without it

        content = yaml.safe_load(self.inventory.read_text(encoding="utf-8"))
        content["state_dir"] = str(self.state)
        for keys, value in values.items():
            *path, last = keys.split("__")
            part = content
            for key in path:
                part = part.setdefault(key, {})
            part[last] = value
        file = folder / "product.yml"
        file.write_text(yaml.safe_dump(content), encoding="utf-8")
        return file

    def reboot(self) -> None:
        """Returns when the machine is up again."""
        subprocess.run([sys.executable, str(BED), *self.bed, "reboot", self.machine], check=True)
