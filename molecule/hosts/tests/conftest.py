"""What the scenario's tests look at: machine `a` over SSH, and the records on the controller."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[3]
INVENTORY = PROJECT / "molecule" / "hosts" / "inventory" / "product.yml"
BED = PROJECT / "tests" / "machines" / "bed.py"
STATE = PROJECT / ".stratum" / "hosts"


def run_playbook(
    name: str, *arguments: str, inventory: Path = INVENTORY
) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("ansible-playbook"), "-i", inventory, *arguments]
    return subprocess.run(
        [*map(str, command), str(PROJECT / "playbooks" / f"{name}.yml")],
        cwd=PROJECT,
        env=os.environ | {"ANSIBLE_CONFIG": str(PROJECT / "ansible.cfg")},
        capture_output=True,
        text=True,
        check=False,
    )


def states_of_last_run(state: Path) -> dict[str, str]:
    """The final state of each instance."""
    journal = max((state / "journal").glob("*.jsonl"))
    events = [json.loads(line) for line in journal.read_text().splitlines()]
    return {e["instance"]: e["state"] for e in events if e["event"] == "ended"}


@pytest.fixture
def playbook() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run one of the playbooks, with the scenario's inventory or another."""
    return run_playbook


@pytest.fixture
def state() -> Path:
    """The state directory of the scenario's environment."""
    return STATE


@pytest.fixture
def record() -> Callable[[str], dict[str, Any]]:
    """The record of a component's one instance."""

    def read(component: str) -> dict[str, Any]:
        text = (STATE / "records" / f"{component}@a.json").read_text(encoding="utf-8")
        return dict(json.loads(text))

    return read


@pytest.fixture
def secret() -> Callable[[str], str]:
    """A generated secret's value."""
    return lambda name: (STATE / "secrets" / name).read_text(encoding="utf-8")


@pytest.fixture
def install() -> Callable[..., dict[str, str]]:
    """Run the installation again, with other parameters; gives the final states."""

    def run(inventory: Path = INVENTORY) -> dict[str, str]:
        done = run_playbook("site", inventory=inventory)
        assert done.returncode == 0, done.stdout + done.stderr
        return states_of_last_run(STATE)

    return run


@pytest.fixture
def environment(tmp_path: Path) -> Callable[..., Path]:
    """The scenario's inventory with something changed; a dot separates the keys."""

    def changed(**values: Any) -> Path:
        content = yaml.safe_load(INVENTORY.read_text(encoding="utf-8"))
        content["state_dir"] = str(STATE)
        for keys, value in values.items():
            *path, last = keys.split("__")
            part = content
            for key in path:
                part = part[key]
            part[last] = value
        file = tmp_path / "product.yml"
        file.write_text(yaml.safe_dump(content), encoding="utf-8")
        return file

    return changed


@pytest.fixture
def reboot() -> Callable[[str], None]:
    """Reboot a machine; returns when it is up again."""

    def run(machine: str) -> None:
        subprocess.run([sys.executable, str(BED), "reboot", machine], check=True)

    return run
