"""The role `program` in an embedded environment: what it wrote and no longer wants goes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.host.supervisord import Supervisord
from machines.sleeper import Sleeper

HERE = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[Sleeper]:
    made = Sleeper(tmp_path, HERE)
    try:
        yield made
    finally:
        Supervisord(made.state).shut_down()


def files(sleeper: Sleeper) -> list[str]:
    return sorted(path.name for path in (sleeper.dir / "config").iterdir())


def test_files_of_an_earlier_run_go_and_those_of_others_stay(sleeper: Sleeper) -> None:
    sleeper.install(("a.toml", "b.toml"), secrets=("password", "token"))
    (sleeper.dir / "config" / "theirs.toml").write_text("of somebody else")
    sleeper.install(("b.toml",), secrets=("password",))
    assert files(sleeper) == ["b.toml", "password", "theirs.toml"]


def test_only_a_run_that_removes_something_is_a_change(sleeper: Sleeper) -> None:
    sleeper.install(("a.toml", "b.toml"))
    assert sleeper.install(("a.toml", "b.toml")) == 0
    # The program, which is started again without the file, and then the file.
    assert sleeper.install(("a.toml",)) == 2
    assert sleeper.install(("a.toml",)) == 0


def test_check_mode_says_so_and_removes_nothing(sleeper: Sleeper) -> None:
    sleeper.install(("a.toml", "b.toml"))
    assert sleeper.install(("a.toml",), "--check", "--diff") == 2
    assert f"-{sleeper.dir}/config/b.toml" in sleeper.told
    assert files(sleeper) == ["a.toml", "b.toml"]


def test_an_uninstallation_leaves_no_list(sleeper: Sleeper) -> None:
    sleeper.install(("a.toml",))
    sleeper.uninstall()
    assert sorted(path.name for path in sleeper.dir.iterdir()) == ["artifacts", "data"]
