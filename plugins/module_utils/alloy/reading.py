"""Reads maps key by key against a table; what cannot be used is kept as a problem with its place.

Knows the kinds of values that logs are configured with, not what they are for. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..product.problem import choose
from .syntax import Value

DURATION = re.compile(r"([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+")
SIZE = re.compile(r"([0-9]+) ?(|B|KB|KIB|MB|MIB|GB|GIB)", re.IGNORECASE)
LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
POWERS = {"": 0, "B": 0, "K": 1, "M": 2, "G": 3}


Read = Callable[[object], Value]


class TranslationError(Exception):
    """Something cannot be said in Alloy's words; holds all problems, each a sentence."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


class UnfitError(ValueError):
    """A value is of another kind; the message says which is wanted."""


@dataclass(frozen=True)
class Problems:
    """What was found so far; reading goes on, so that all is told at once."""

    found: list[str] = field(default_factory=list)

    def add(self, where: str, what: str, cure: str) -> None:
        self.found.append(f"{where} {what}; {cure}")


@dataclass(frozen=True)
class Key:
    """A key that may be given.

    Args:
        read: gives the value as Alloy has it, or raises UnfitError.
        to: its name there, if that is another one.
        required: whether it must be given.
    """

    read: Read
    to: str = ""
    required: bool = False


def read_map(
    where: str, given: object, keys: Mapping[str, Key], problems: Problems
) -> dict[str, Value]:
    """The values that are given, by their names in Alloy; of the rest the problems are kept."""
    if not isinstance(given, Mapping):
        problems.add(where, f"is {shown(given)}", f"write a map with {listed(keys)}")
        return {}
    found: dict[str, Value] = {}
    for name, value in given.items():
        key = keys.get(str(name))
        if key is None:
            problems.add(f"{where}.{name}", "cannot be translated", choose(str(name), keys, "keys"))
        elif value is not None:
            found[key.to or str(name)] = read_value(f"{where}.{name}", value, key.read, problems)
    for name, key in keys.items():
        if key.required and given.get(name) is None:
            problems.add(f"{where}.{name}", "is missing", "give it a value")
    return found


def read_value(where: str, given: object, read: Read, problems: Problems) -> Value:
    """The value as Alloy has it; of one that does not fit a problem is kept."""
    try:
        return read(given)
    except UnfitError as error:
        problems.add(where, f"is {shown(given)}", f"write {error}")
        return ""


def read_list(where: str, given: object, problems: Problems) -> list[tuple[str, object]]:
    """The items of a list, each with its place; of anything else a problem is kept."""
    if isinstance(given, Sequence) and not isinstance(given, str):
        return [(f"{where}[{number}]", item) for number, item in enumerate(given)]
    problems.add(where, f"is {shown(given)}", "write a list")
    return []


def text(value: object) -> str:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise UnfitError("a text")


def path(value: object) -> str:
    if isinstance(value, str) and value.startswith("/"):
        return str(value)
    raise UnfitError("a path that begins with /")


def flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise UnfitError("true or false")


def number(value: object) -> int | float:
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
        return value
    raise UnfitError("a number that is not negative")


def duration(value: object) -> str:
    if isinstance(value, str) and DURATION.fullmatch(value):
        return str(value)
    raise UnfitError("a time such as 90s, 15m or 24h")


def size(value: object) -> str:
    """In bytes: the units of both sides differ in their case."""
    found = SIZE.fullmatch(text(value))
    if not found:
        raise UnfitError("a size such as 512, 8KB or 1MB")
    return f"{int(found[1]) * 1024 ** POWERS[found[2][:1].upper()]}B"


def texts(value: object) -> list[str]:
    if isinstance(value, Sequence) and not isinstance(value, str) and value:
        return [text(item) for item in value]
    raise UnfitError("a list of texts")


def one_or_more(value: object) -> list[str]:
    return [value] if isinstance(value, str) else texts(value)


def labels(value: object) -> dict[str, str]:
    """Names of labels to values; nothing stands for the name itself where it is looked up."""
    if not isinstance(value, Mapping):
        raise UnfitError("a map of labels")
    wrong = [str(name) for name in value if not LABEL.fullmatch(str(name))]
    if wrong:
        raise UnfitError(f"{wrong[0]} with letters, digits and _ only, and no digit first")
    return mapping(value)


def mapping(value: object) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise UnfitError("a map of texts")
    return {str(name): "" if item is None else text(item) for name, item in value.items()}


def later(value: object) -> Any:  # noqa: ANN401  (whoever knows what is in it reads it)
    return value


def one_of(*words: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        if isinstance(value, str) and value.lower() in words:
            return value.lower()
        raise UnfitError(f"one of {', '.join(words)}")

    return read


def as_map(value: Value | None) -> dict[str, Value]:
    """A map that was read; an empty one where it was not given, or could not be."""
    return dict(value) if isinstance(value, Mapping) else {}


def shown(value: object) -> str:
    return "a map" if isinstance(value, Mapping) else repr(value)[:60]


def listed(keys: Mapping[str, object]) -> str:
    return ", ".join(keys)
