"""The product `cluster` on three machines in many shapes, installed and refused."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from machines.cluster import NEW, OLD, PROJECT, STATE, Done, Product, run_playbook


@pytest.fixture(scope="session")
def stand_ins(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A mirror that holds both versions, and their digests."""
    mirror = tmp_path_factory.mktemp("mirror")
    pack, digests = PROJECT / "tests" / "k3s_stand_in" / "pack.py", {}
    for version in (OLD, NEW):
        done = subprocess.run([sys.executable, pack, version], check=True, capture_output=True)
        packed = json.loads(done.stdout.splitlines()[-1])
        (mirror / packed["name"]).symlink_to(Path(packed["folder"]) / packed["name"])
        digests[version] = packed["sha256"]
    return mirror, digests


@pytest.fixture
def product(tmp_path: Path, stand_ins: tuple[Path, dict[str, str]]) -> Product:
    return Product(tmp_path, *stand_ins)


@pytest.fixture
def playbook() -> Callable[..., Done]:
    return run_playbook


@pytest.fixture
def install() -> Callable[..., dict[str, str]]:
    """Bring the product to an environment; gives the final states."""

    def run(inventory: Path, *arguments: str, state: Path = STATE) -> dict[str, str]:
        done = run_playbook("site", inventory, *arguments)
        assert done.returncode == 0, done.stdout[-8000:] + done.stderr
        journal = max((state / "journal").glob("*.jsonl"))
        events = [json.loads(line) for line in journal.read_text().splitlines()]
        return {e["instance"]: e["state"] for e in events if e["event"] == "ended"}

    return run


@pytest.fixture
def refused() -> Callable[..., str]:
    """What an installation says that must fail."""

    def run(inventory: Path, *arguments: str) -> str:
        done = run_playbook("site", inventory, *arguments)
        assert done.returncode == 2, done.stdout + done.stderr
        return " ".join(done.stdout.split())

    return run
