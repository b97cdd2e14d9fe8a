"""Reads structured inputs strictly, key by key against a table; all that is wrong is told at once.

Knows nothing of what an input is for. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..product.problem import choose

Read = Callable[[object], Any]


class UnfitError(ValueError):
    """A value is of another kind; the message says which is wanted: `a list`."""


class FaultyError(ValueError):
    """Something about a value is wrong: `what`, and its `cure`."""

    def __init__(self, what: str, cure: str) -> None:
        self.what, self.cure = what, cure
        super().__init__(f"{what}; {cure}")


class Problems(list[str]):
    """What was found so far, each a sentence; reading goes on."""

    def __init__(self, quotes: bool = False, stranger: str = "") -> None:
        """An empty list.

        Args:
            quotes: whether wrong values are shown, which must not be where some are secret.
            stranger: what is said of a key that the table lacks; empty for the usual words.
        """
        super().__init__()
        self.quotes = quotes
        self.stranger = stranger

    def add(self, where: str, what: str, cure: str) -> None:
        self.append(f"{where} {what}; {cure}")

    def unfit(self, where: str, given: object, wanted: str) -> None:
        """A value of another kind than wanted."""
        if self.quotes:
            self.add(where, f"is {shown(given)}", f"write {wanted}")
        else:
            self.append(f"{where} must be {wanted}")

    def unknown(self, where: str, name: str, keys: Mapping[str, object]) -> None:
        """A key that the table lacks."""
        cure = choose(name, keys, "keys")
        if self.stranger:
            self.add(at(where, name), self.stranger, cure)
        else:
            self.add(where, f"has no key {name}", cure)


@dataclass(frozen=True)
class Key:
    """A key that may be given.

    Args:
        read: gives the value as it is used, or raises UnfitError or FaultyError.
        to: its name in what is read, if that is another one.
        required: whether it must be given, and not as an empty text.
        cure: what is to be done where it must be given and is not.
    """

    read: Read
    to: str = ""
    required: bool = False
    cure: str = "give one"


def read_map(
    where: str, given: object, keys: Mapping[str, Key], problems: Problems
) -> dict[str, Any]:
    """The values that are given and right, by the names in `to`."""
    if not isinstance(given, Mapping):
        problems.unfit(where, given, f"a map with {', '.join(keys)}")
        return {}
    found: dict[str, Any] = {}
    for name, value in given.items():
        key = keys.get(str(name))
        if key is None:
            problems.unknown(where, str(name), keys)
        elif value is not None and not (key.required and value == ""):
            found[key.to or str(name)] = read_value(at(where, name), value, key.read, problems)
    for name, key in keys.items():
        if key.required and given.get(name) in (None, ""):
            problems.add(where, f"has no {name}", key.cure)
    return found


def read_sound_map(
    where: str, given: object, keys: Mapping[str, Key], problems: Problems
) -> dict[str, Any] | None:
    """A map without its empty texts, which stand for nothing; None where it is not all right."""
    before = len(problems)
    found = read_map(where, given, keys, problems)
    if len(problems) > before:
        return None
    return {name: value for name, value in found.items() if value != ""}


def read_value(where: str, given: object, read: Read, problems: Problems) -> Any:  # noqa: ANN401
    """The value as it is used; an empty text, and a problem, for one that is not right."""
    try:
        return read(given)
    except UnfitError as error:
        problems.unfit(where, given, str(error))
    except FaultyError as error:
        problems.add(where, error.what, error.cure)
    return ""


def read_list(where: str, given: object, problems: Problems) -> list[tuple[str, Any]]:
    """The items of a list, each with its place; of anything else a problem is kept."""
    if isinstance(given, Sequence) and not isinstance(given, str):
        return [(f"{where}[{number}]", item) for number, item in enumerate(given)]
    problems.unfit(where, given, "a list")
    return []


def at(where: str, name: object) -> str:
    """The place of a key: `jobs[0].urls`, or `password of the user shop`."""
    return f"{name} of {where}" if " " in where else f"{where}.{name}"


def shown(value: object) -> str:
    """A wrong value in few words."""
    return "a map" if isinstance(value, Mapping) else repr(value)[:60]
