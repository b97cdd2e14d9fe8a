"""What the scenario's tests look at: machine `o` over SSH, and the records on the controller."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "tests"))

from machines.scenario import Scenario

SCENARIO = Scenario("observability", ("--bed", "obs", "--network", "10.213.80.0/24"), "o")


@pytest.fixture
def scenario() -> Scenario:
    return SCENARIO


@pytest.fixture
def environment(tmp_path: Path) -> Callable[..., Path]:
    """The scenario's inventory with something changed; `__` separates the keys."""
    return lambda **values: SCENARIO.environment(tmp_path, values)
