"""Makes the package `release` importable, and offers a registry."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path.append(str(ROOT))
sys.path.append(str(Path(__file__).parent))

from registry_server import RegistryServer  # noqa: E402  (the path is set above)

from testbed.parts import PARTS  # noqa: E402


@pytest.fixture
def server() -> Iterator[RegistryServer]:
    """A registry that lets only `me` in, with the password `s3cret`."""
    with RegistryServer("me", "s3cret") as running:
        yield running


@pytest.fixture
def helm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Helm on the path: this machine's, or the one that the test bed has built."""
    built = PARTS["helm"].binary
    if not shutil.which("helm"):
        if not built.exists():
            pytest.skip("NOT TESTED WITH HELM: it is neither on the path nor built by the test bed")
        monkeypatch.setenv("PATH", f"{built.parent}{os.pathsep}{os.environ['PATH']}")
