"""Strict reading of a service's TOML settings file and of the secret files it names.

Knows structs, not services: each service declares a `msgspec.Struct` of its own. All unknown and
missing keys are reported together, each with its path.
"""

from __future__ import annotations

import difflib
import os
import stat
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec.inspect import Field, ListType, StructType, Type, UnionType, type_info

from stratum.errors import StratumError

Settings = TypeVar("Settings", bound=msgspec.Struct)


class SettingsError(StratumError):
    """The settings file, or a secret file it names, cannot be used as it is."""

    code = "invalid_settings"


def load_settings(path: Path, kind: type[Settings]) -> Settings:
    """Relative paths in the file are relative to the file's own folder.

    A path may begin with a variable of the environment, as with systemd's `$CREDENTIALS_DIRECTORY`.
    """
    document = _read_document(path)
    problems = list(_key_problems(document, type_info(kind), ""))
    if problems:
        raise SettingsError("; ".join(problems), where=str(path))
    try:
        return msgspec.convert(document, kind, dec_hook=_path_decoder(path.parent))
    except msgspec.ValidationError as error:
        raise SettingsError(_in_words(error), where=str(path)) from error


def read_secret(path: Path) -> str:
    """One value a file, readable by nobody else; a last newline is not part of it."""
    try:
        mode = path.stat().st_mode
        value = path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"the secret cannot be read: {_cause(error)}", where=str(path)
        ) from error
    if mode & stat.S_IRWXO:
        raise SettingsError(
            f"the secret is open to every user (mode {stat.S_IMODE(mode):04o})",
            where=str(path),
            hint=f"run: chmod 600 {path}",
        )
    if not value:
        raise SettingsError("the secret is empty", where=str(path), hint="write the value into it")
    return value


def _read_document(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(
            f"the settings file cannot be read: {_cause(error)}",
            where=str(path),
            hint="name an existing file with --config",
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"this is not TOML: {error}", where=str(path)) from error


def _key_problems(value: object, kind: Type, path: str) -> Iterator[str]:
    if isinstance(kind, UnionType):
        kind = next((member for member in kind.types if isinstance(member, StructType)), kind)
    if isinstance(kind, StructType) and isinstance(value, Mapping):
        fields = {field.encode_name: field for field in kind.fields}
        yield from _unknown_keys(value, list(fields), path)
        for name, field in fields.items():
            yield from _field_problems(value, name, field, path)
    elif isinstance(kind, ListType) and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _key_problems(item, kind.item_type, f"{path}[{index}]")


def _unknown_keys(table: Mapping[str, object], known: list[str], path: str) -> Iterator[str]:
    for key in table:
        if key in known:
            continue
        near = difflib.get_close_matches(key, known, n=1)
        cure = f"did you mean {near[0]}?" if near else f"known keys are {', '.join(sorted(known))}"
        yield f"unknown key {_join(path, key)}: {cure}"


def _field_problems(
    table: Mapping[str, object], name: str, field: Field, path: str
) -> Iterator[str]:
    if name in table:
        yield from _key_problems(table[name], field.type, _join(path, name))
    elif field.required:
        yield f"missing key {_join(path, name)}"


def _path_decoder(folder: Path) -> Callable[[type, object], object]:
    def decode(kind: type, value: object) -> object:
        if kind is Path and isinstance(value, str) and value:
            return folder / Path(os.path.expandvars(value)).expanduser()
        raise ValueError(f"Expected a path, got `{value!r}`")

    return decode


def _in_words(error: msgspec.ValidationError) -> str:
    text, _, place = str(error).partition(" - at `$")
    key = place.rstrip("`").lstrip(".") or "the file"
    return f"{key}: {text[:1].lower()}{text[1:]}"


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _cause(error: OSError | UnicodeDecodeError) -> str:
    if isinstance(error, OSError):
        return (error.strerror or str(error)).lower()
    return "it is not UTF-8 text"
