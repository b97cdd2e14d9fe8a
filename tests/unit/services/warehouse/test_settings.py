"""The settings file of the warehouse, as the program reports on it."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from stratum.warehouse.command import app

USER = '[[users]]\nname = "{name}"\npassword_file = "secret"\naccess = "{access}"\n'


def check(folder: Path, text: str) -> tuple[int, str]:
    (folder / "secret").touch(mode=0o600)
    (folder / "secret").write_text("value")
    config = folder / "warehouse.toml"
    config.write_text(text)
    result = CliRunner().invoke(app, ["check", "--config", str(config)])
    return result.exit_code, result.output.replace(f"{folder}/", "")


def test_a_good_file_is_summed_up(tmp_path: Path) -> None:
    text = 'data_dir = "data"\n' + USER.format(name="etl", access="ingest")
    assert check(tmp_path, text) == (0, "ok: 127.0.0.1:8123, 1 users, data\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('data_dir = "data"\nusers = []\n', "users: expected `array` of length >= 1"),
        (
            'data_dir = "d"\nprot = 1\n' + USER.format(name="a", access="reader"),
            "unknown key prot: did you mean port?",
        ),
        (
            'data_dir = "d"\n' + USER.format(name="a", access="reader") * 2,
            "the user a is defined twice",
        ),
        (
            'data_dir = "d"\n' + USER.format(name="a", access="root"),
            "users[0].access: invalid enum value 'root'",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    assert check(tmp_path, text) == (1, f"error: warehouse.toml: {message}\n")
