"""Rotation: a new value, the one before kept until all that use it have ended well with it."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.run.journal import Journal
from ansible_collections.stratum.platform.plugins.module_utils.run.rotation import (
    Rotation,
    rotations,
)
from ansible_collections.stratum.platform.plugins.module_utils.run.secret import value_of
from ansible_collections.stratum.platform.plugins.module_utils.run.state import StateDirectory

INSTANCES: list[dict[str, Any]] = [
    {"name": "warehouse@a", "vars": {"admin": {"secret": "warehouse.key"}}},
    {"name": "etl@a", "vars": {"list": [{"deep": {"secret": "warehouse.key"}}]}},
    {"name": "console@a", "vars": {"url": {"output": "warehouse.url"}}},
]


@pytest.fixture
def state(tmp_path: Path) -> StateDirectory:
    return StateDirectory(tmp_path)


@pytest.fixture
def rotation(state: StateDirectory) -> Rotation:
    """Of a secret that has a value, and two users."""
    value_of(state, "warehouse", "key", 40)
    (found,) = rotations(state, INSTANCES, ["warehouse.key"])
    return found


def run(state: StateDirectory, number: int, check: bool = False, **states: str) -> None:
    """A run after all that happened so far, in which instances ended so."""
    later = time.time() + number
    journal = Journal(state.journal(f"2026-{number}"), clock=lambda: later)
    journal.append("run_started", check=check)
    for name, how in states.items():
        journal.append("ended", instance=f"{name}@a", state=how)


def test_its_users_are_those_whose_variables_name_it(rotation: Rotation) -> None:
    assert rotation.users == ("warehouse@a", "etl@a")


def test_a_new_value_is_drawn_and_the_one_before_kept(rotation: Rotation) -> None:
    old = rotation.path.read_text()
    assert rotation.draw(32, "whsec_")
    new = rotation.path.read_text()
    assert (new != old, new[:6], len(new)) == (True, "whsec_", 38)
    assert (rotation.before.read_text(), rotation.before.stat().st_mode & 0o777) == (old, 0o600)


def test_a_rotation_that_has_not_succeeded_goes_on_with_its_value(
    rotation: Rotation, state: StateDirectory
) -> None:
    rotation.draw(32, "")
    new = rotation.path.read_text()
    run(state, 1, warehouse="changed", etl="failed")
    assert not rotation.draw(32, "")
    assert rotation.path.read_text() == new


def test_it_succeeds_when_all_users_have_ended_well(
    rotation: Rotation, state: StateDirectory
) -> None:
    rotation.draw(32, "")
    run(state, 1, warehouse="changed", etl="blocked")
    assert rotation.settle() == ["etl@a"]
    assert rotation.before.exists()
    run(state, 2, warehouse="unchanged", etl="changed")
    assert rotation.settle() == []
    assert not rotation.before.exists()


def test_several_runs_together_may_bring_the_new_value(
    rotation: Rotation, state: StateDirectory
) -> None:
    rotation.draw(32, "")
    run(state, 1, warehouse="changed")
    run(state, 2, etl="changed")
    assert rotation.settle() == []


@pytest.mark.parametrize("check", [True, False], ids=["in check mode", "before it"])
def test_runs_that_did_not_bring_the_new_value_do_not_count(
    rotation: Rotation, state: StateDirectory, check: bool
) -> None:
    if check:
        rotation.draw(32, "")
    run(state, 1, check, warehouse="ok", etl="ok")
    if not check:
        rotation.draw(32, "")
        soon = time.time() + 60
        os.utime(rotation.before, (soon, soon))
    assert rotation.settle() == ["warehouse@a", "etl@a"]


def test_after_a_run_that_nobody_settled_the_next_rotation_is_a_new_one(
    rotation: Rotation, state: StateDirectory
) -> None:
    rotation.draw(32, "")
    first = rotation.path.read_text()
    run(state, 1, warehouse="changed", etl="changed")
    assert rotation.draw(32, "")
    assert rotation.path.read_text() != first


def test_going_back_and_forth_loses_neither_value(rotation: Rotation) -> None:
    old = rotation.path.read_text()
    rotation.draw(32, "")
    new = rotation.path.read_text()
    rotation.go_back()
    assert (rotation.path.read_text(), rotation.before.read_text()) == (old, new)


def test_a_secret_without_users_is_drawn_anew_each_time(state: StateDirectory) -> None:
    first = value_of(state, "console", "unused", 40)
    (found,) = rotations(state, INSTANCES, ["console.unused"])
    assert (found.draw(40, ""), found.settle(), found.draw(40, "")) == (True, [], True)
    assert found.path.read_text() != first


def test_what_has_no_value_is_not_rotated_but_made_by_an_installation(
    state: StateDirectory,
) -> None:
    (found,) = rotations(state, INSTANCES, ["warehouse.key"])
    assert found.why_not_new() == (
        "warehouse.key has no value yet: the next installation of what uses it makes one"
    )


def test_without_a_value_before_there_is_nothing_to_go_back_to(rotation: Rotation) -> None:
    assert rotation.why_not_new() == ""
    assert rotation.why_not_back() == (
        "warehouse.key has no value before: its last rotation succeeded, or there was none"
    )
    rotation.draw(32, "")
    assert rotation.why_not_back() == ""
