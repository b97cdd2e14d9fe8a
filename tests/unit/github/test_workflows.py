"""What the workflows call is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
FILES = [*ROOT.glob(".github/workflows/*.yml"), *ROOT.glob(".github/actions/*/action.yml")]
TARGETS = set(re.findall(r"(?m)^([a-z][a-z0-9-]*):", (ROOT / "Makefile").read_text()))


def steps(value: Any) -> Iterator[dict[str, Any]]:
    """All steps of a file."""
    if isinstance(value, dict):
        yield from (step for step in value.get("steps", []) if isinstance(step, dict))
        for inner in value.values():
            yield from steps(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from steps(inner)


def found(file: Path) -> list[dict[str, Any]]:
    return list(steps(yaml.safe_load(file.read_text())))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_target_that_is_made_is_in_the_makefile(file):
    wanted: set[str] = set()
    for step in found(file):
        if step.get("uses") == "./.github/actions/make":
            wanted |= set(step["with"]["target"].split())
        for line in re.findall(r"(?m)^ *make (.+?)(?:\||$)", str(step.get("run", ""))):
            wanted |= set(re.findall(r"(?:^|\s)([a-z][a-z-]*)(?=\s|$)", line))
    assert wanted - TARGETS == set()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_action_of_others_is_pinned_by_commit(file):
    others = [step["uses"] for step in found(file) if not step.get("uses", "./").startswith("./")]
    assert [name for name in others if not re.search(r"@[0-9a-f]{40}$", name)] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_input_that_a_step_gives_is_one_of_the_action(file):
    for step in found(file):
        if (name := step.get("uses", "")).startswith("./.github/actions/"):
            action = yaml.safe_load((ROOT / name / "action.yml").read_text())
            given, known = set(step.get("with", {})), action.get("inputs", {})
            needed = {each for each, about in known.items() if about.get("required")}
            assert (given - set(known), needed - given) == (set(), set()), step


def test_only_what_writes_on_github_may_write():
    allowed = {}
    for file in ROOT.glob(".github/workflows/*.yml"):
        workflow = yaml.safe_load(file.read_text())
        assert workflow["permissions"] == {}, file
        for name, job in workflow["jobs"].items():
            rights = {right for right, level in job["permissions"].items() if level == "write"}
            allowed[f"{file.stem}.{name}"] = rights
    assert {name: rights for name, rights in allowed.items() if rights} == {
        "pipeline.plan": {"pull-requests"},
        "release.publish": {"contents"},
    }
