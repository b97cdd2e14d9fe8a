"""The programs of the composite actions, as modules."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ACTIONS = Path(__file__).resolve().parents[3] / ".github" / "actions"


@pytest.fixture(scope="session")
def program() -> Callable[[str], ModuleType]:
    """Load the program of an action by the action's name."""

    def load(name: str) -> ModuleType:
        spec = importlib.util.spec_from_file_location(
            f"action_{name}", ACTIONS / name / f"{name}.py"
        )
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        return module

    return load
