from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import pytest

from stratum.settings import SettingsError, load_settings, read_secret


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    file: Path


class Example(msgspec.Struct, forbid_unknown_fields=True):
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)]
    inner: Inner
    items: list[Inner] = []


GOOD = 'port = 80\n[inner]\nname = "a"\nfile = "secret"\n'


def write(folder: Path, text: str) -> Path:
    path = folder / "settings.toml"
    path.write_text(text)
    return path


def test_a_path_is_relative_to_the_settings_file(tmp_path):
    loaded = load_settings(write(tmp_path, GOOD), Example)

    assert loaded == Example(80, Inner("a", tmp_path / "secret"))


def test_an_absolute_path_stays_as_it_is(tmp_path):
    text = GOOD.replace('"secret"', '"/run/secret"')

    assert load_settings(write(tmp_path, text), Example).inner.file == Path("/run/secret")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            GOOD.replace("port = 80", "prot = 80"),
            "unknown key prot: did you mean port?; missing key port",
        ),
        (
            GOOD + '[[items]]\nname = "b"\nzzz = 1\n',
            "unknown key items[0].zzz: known keys are file, name; missing key items[0].file",
        ),
        (GOOD.replace("80", "70000"), "port: expected `int` <= 65535"),
        (GOOD.replace("80", '"80"'), "port: expected `int`, got `str`"),
        (GOOD.replace('"secret"', '""'), "inner.file: expected a path, got `''`"),
        ("port = ", "this is not TOML: Invalid value (at end of document)"),
    ],
    ids=["typo", "in a list", "range", "type", "path", "not TOML"],
)
def test_a_mistake_is_named_with_its_place(tmp_path, text, message):
    path = write(tmp_path, text)

    with pytest.raises(SettingsError) as caught:
        load_settings(path, Example)

    assert str(caught.value) == f"{path}: {message}"


def test_a_file_that_is_not_there_is_named(tmp_path):
    path = tmp_path / "none.toml"

    with pytest.raises(SettingsError) as caught:
        load_settings(path, Example)

    assert str(caught.value) == (
        f"{path}: the settings file cannot be read: no such file or directory; "
        "name an existing file with --config"
    )


def secret(folder: Path, value: str, mode: int = 0o600) -> Path:
    path = folder / "secret"
    path.write_text(value)
    path.chmod(mode)
    return path


def test_a_secret_is_read_without_its_last_newline(tmp_path):
    assert read_secret(secret(tmp_path, "two words\n")) == "two words"


@pytest.mark.parametrize(
    ("value", "mode", "message"),
    [
        ("x", 0o604, "the secret is open to every user (mode 0604); run: chmod 600 {path}"),
        ("\n", 0o600, "the secret is empty; write the value into it"),
    ],
    ids=["open", "empty"],
)
def test_a_secret_that_is_open_or_empty_is_refused(tmp_path, value, mode, message):
    path = secret(tmp_path, value, mode)

    with pytest.raises(SettingsError) as caught:
        read_secret(path)

    assert str(caught.value) == f"{path}: {message.format(path=path)}"


def test_a_secret_that_is_not_there_is_named(tmp_path):
    path = tmp_path / "none"

    with pytest.raises(SettingsError) as caught:
        read_secret(path)

    assert str(caught.value) == f"{path}: the secret cannot be read: no such file or directory"
