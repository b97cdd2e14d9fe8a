"""What the scenario's tests look at: machine `a` over SSH, and the records on the controller."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "tests"))

from machines.scenario import Scenario

SCENARIO = Scenario("hosts", (), "a")


@pytest.fixture
def scenario() -> Scenario:
    return SCENARIO


@pytest.fixture
def environment(tmp_path: Path) -> Callable[..., Path]:
    """The scenario's inventory with something changed; `__` separates the keys."""
    return lambda **values: SCENARIO.environment(tmp_path, values)


@pytest.fixture
def record() -> Callable[[str], dict[str, Any]]:
    """The record of a component's one instance."""
    return SCENARIO.record


@pytest.fixture
def secret() -> Callable[[str], str]:
    """A generated secret's value."""
    return SCENARIO.secret
