"""The release of a commit becomes what an environment installs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

VERSION = "1.1.0-g0123456789ab"


def lock(**more: object) -> str:
    described = {"product": "observability", "version": VERSION, "components": {}, **more}
    return f"# Made by a test.\n---\n{json.dumps(described)}\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    home = tmp_path / "inventories" / "production"
    home.mkdir(parents=True)
    (home / "product.yml").write_text('{"product": "observability", "release": "1.1.0"}')
    (tmp_path / "products/observability/releases").mkdir(parents=True)
    (tmp_path / "made.yml").write_text(lock())
    return tmp_path


def test_the_environment_installs_the_lock_and_the_state_keeps_it(program, project):
    assert program("lock").use(project, "production", project / "made.yml") == VERSION
    described = json.loads((project / "inventories/production/product.yml").read_text())
    assert described == {"product": "observability", "release": VERSION}
    for path in (f"products/observability/releases/{VERSION}.yml", ".stratum/production/lock.yml"):
        assert (project / path).read_text() == lock()


def test_without_a_new_one_it_is_what_was_installed_last(program, project):
    kept = project / ".stratum" / "production" / "lock.yml"
    kept.parent.mkdir(parents=True)
    kept.write_text(lock(version="1.0.0-gabc"))
    assert program("lock").use(project, "production", None) == "1.0.0-gabc"


def test_where_nothing_is_installed_the_summary_says_what_to_run(
    program, project, monkeypatch, tmp_path
):
    monkeypatch.chdir(project)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    assert program("lock").main("production", None) == 1
    assert (tmp_path / "summary").read_text() == (
        "### production: nothing is installed in production yet: run the Pipeline first\n\n"
    )


@pytest.mark.parametrize(
    "text",
    ["", "---\n[]\n", lock(version="../../evil"), lock(product=None), "version: 1.0.0\n"],
    ids=["empty", "a list", "a path", "no product", "YAML"],
)
def test_what_is_no_lock_is_refused(program, project, text):
    made = project / "made.yml"
    made.write_text(text)
    lock_program = program("lock")
    with pytest.raises(lock_program.LockError) as caught:
        lock_program.use(project, "production", made)
    assert str(caught.value) == f"{made} is no lock of release/lock.py"


def test_a_lock_of_another_product_is_refused(program, project):
    made = project / "made.yml"
    made.write_text(lock(product="delivery"))
    lock_program = program("lock")
    with pytest.raises(lock_program.LockError) as caught:
        lock_program.use(project, "production", made)
    assert str(caught.value) == f"{made} is of the product delivery, not observability"
