"""The state directory: who may read it, and writes that are whole or not at all."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.run.state import (
    StateDirectory,
    read_json,
    write_first,
    write_whole,
)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_every_folder_that_is_made_is_for_its_owner_alone(tmp_path: Path) -> None:
    made = StateDirectory(tmp_path / ".stratum" / "demo").folder("records", "history")
    assert [mode(path) for path in (made, *list(made.parents)[:3])] == [0o700] * 4


def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    StateDirectory(tmp_path).folder("journal")
    assert mode(tmp_path) == 0o755


def test_a_written_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    write_whole(tmp_path / "records" / "a.json", "{}")
    assert mode(tmp_path / "records" / "a.json") == 0o600


def test_a_failed_write_leaves_the_file_before_and_no_rest(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_whole(path, "before")
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "half \udcff")
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_only_the_first_of_two_writers_makes_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    assert [write_first(path, "one"), write_first(path, "two")] == [True, False]
    assert path.read_text() == "one"
    assert list(tmp_path.iterdir()) == [path]


def test_a_json_file_that_is_not_there_is_none(tmp_path: Path) -> None:
    assert read_json(tmp_path / "none.json") is None


def test_runs_are_listed_oldest_first(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path)
    for run in ("20261121T120002Z-0001", "20261121T120001Z-ffff"):
        state.journal(run).touch()
    assert state.runs() == ["20261121T120001Z-ffff", "20261121T120002Z-0001"]
