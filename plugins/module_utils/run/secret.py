"""Generated secrets: made once, kept in files of mode 0600, never printed."""

from __future__ import annotations

import secrets
import string
from pathlib import Path

from .state import StateDirectory, write_first

ALPHABET = string.ascii_letters + string.digits


def secret_path(state: StateDirectory, component: str, key: str) -> Path:
    """The file that holds a secret of a component."""
    return state.root / "secrets" / f"{component}.{key}"


def drawn(length: int, prefix: str = "") -> str:
    """A new value, kept nowhere."""
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(length))


def value_of(
    state: StateDirectory,
    component: str,
    key: str,
    length: int,
    prefix: str = "",
    generate: bool = True,
) -> str:
    """The secret's value; the first one to ask generates it, and all see that one.

    Args:
        length: characters of a new value, letters and digits (5.95 bits each).
        prefix: what a new value begins with, beside them: some formats ask for it.
        generate: false under check mode: a value that is not there yet is drawn but not kept.
    """
    path = secret_path(state, component, key)
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        value = drawn(length, prefix)
    if generate and not write_first(path, value):
        return path.read_text(encoding="utf-8")
    return value
