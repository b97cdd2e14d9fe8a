"""What the scenario's tests look at: the running product, from outside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[3]
STATE = PROJECT / ".stratum" / "molecule"
INVENTORY = PROJECT / "molecule" / "default" / "inventory" / "product.yml"


@pytest.fixture
def state() -> Path:
    """The state directory of the scenario's environment."""
    return STATE


@pytest.fixture
def record() -> Callable[[str], dict[str, Any]]:
    """The record of a component's one instance."""

    def read(component: str) -> dict[str, Any]:
        text = (STATE / "records" / f"{component}@local.json").read_text(encoding="utf-8")
        return dict(json.loads(text))

    return read


@pytest.fixture
def secret() -> Callable[[str], str]:
    """A generated secret's value."""
    return lambda name: (STATE / "secrets" / name).read_text(encoding="utf-8")


@pytest.fixture
def install() -> Callable[[], dict[str, str]]:
    """Run the installation again; gives the final state of each instance."""

    def run() -> dict[str, str]:
        command = [Path(sys.executable).with_name("ansible-playbook"), "-i", INVENTORY]
        done = subprocess.run(
            [*map(str, command), str(PROJECT / "playbooks" / "site.yml")],
            cwd=PROJECT,
            env=os.environ | {"ANSIBLE_CONFIG": str(PROJECT / "ansible.cfg")},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        journal = max((STATE / "journal").glob("*.jsonl"))
        events = [json.loads(line) for line in journal.read_text().splitlines()]
        return {e["instance"]: e["state"] for e in events if e["event"] == "ended"}

    return run
