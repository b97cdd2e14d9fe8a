"""What is particular about the values that logs are configured with, and what cannot be translated.

How inputs are read at all is known to the room `structured`. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..structured.kinds import mapping, text_or_number
from ..structured.reading import FaultyError, Problems, UnfitError
from .syntax import Value

DURATION = re.compile(r"([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+")
SIZE = re.compile(r"([0-9]+) ?(|B|KB|KIB|MB|MIB|GB|GIB)", re.IGNORECASE)
LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
POWERS = {"": 0, "B": 0, "K": 1, "M": 2, "G": 3}


class TranslationError(Exception):
    """Something cannot be said in Alloy's words; holds all problems, each a sentence."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


def no_problems() -> Problems:
    """Promtail may know a key that Alloy has no word for."""
    return Problems(quotes=True, stranger="cannot be translated")


def duration(value: object) -> str:
    if isinstance(value, str) and DURATION.fullmatch(value):
        return str(value)
    raise UnfitError("a time such as 90s, 15m or 24h")


def size(value: object) -> str:
    """In bytes: the units of both sides differ in their case."""
    found = SIZE.fullmatch(text_or_number(value))
    if not found:
        raise UnfitError("a size such as 512, 8KB or 1MB")
    return f"{int(found[1]) * 1024 ** POWERS[found[2][:1].upper()]}B"


def labels(value: object) -> dict[str, str]:
    """Names of labels to values; nothing stands for the name itself where it is looked up."""
    if not isinstance(value, Mapping):
        raise UnfitError("a map of labels")
    wrong = [str(name) for name in value if not LABEL.fullmatch(str(name))]
    if wrong:
        cure = "give a name of letters, digits and _ that does not begin with a digit"
        raise FaultyError(f"has the label {wrong[0]}", cure)
    return mapping(value)


def as_map(value: Value | None) -> dict[str, Value]:
    """A map that was read; an empty one where it was not given, or could not be."""
    return dict(value) if isinstance(value, Mapping) else {}
