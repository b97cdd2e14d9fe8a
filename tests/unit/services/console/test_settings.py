"""The settings file and the tokens it names."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from stratum.console.command import app


def write(folder: Path, extra: str = "", *, viewer: str = "") -> Path:
    for name, value in {"operator": "o" * 40, "password": "p", "viewer": viewer}.items():
        file = folder / name
        file.touch(mode=0o600)
        file.write_text(value)
    config = folder / "console.toml"
    config.write_text(
        'product = "delivery"\nenvironment = "demo"\npage_dir = "page"\nstate_dir = "state"\n'
        f'operator_token_file = "operator"\n{extra}\n[warehouse]\n'
        'url = "http://127.0.0.1:8123"\nuser = "reader"\npassword_file = "password"\n'
    )
    return config


def check(config: Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["check", "--config", str(config)])
    return result.exit_code, result.output.strip()


def test_good_settings_are_said_to_be_valid(tmp_path: Path) -> None:
    config = write(tmp_path)
    assert check(config) == (0, f"{config}: the settings are valid")


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ("prot = 1", "unknown key prot: did you mean port?"),
        ('viewer_access = "all"', "viewer_access: invalid enum value 'all'"),
    ],
    ids=["unknown_key", "unknown_access"],
)
def test_bad_settings_are_one_sentence(tmp_path: Path, extra: str, message: str) -> None:
    config = write(tmp_path, extra)
    assert check(config) == (2, f"error: {config}: {message}")


def test_viewers_and_operators_need_two_tokens(tmp_path: Path) -> None:
    config = write(tmp_path, 'viewer_token_file = "viewer"', viewer="o" * 40)
    assert check(config) == (
        2,
        f"error: {tmp_path / 'viewer'}: viewers and operators have the same token; "
        "write another value into one of the two files",
    )
