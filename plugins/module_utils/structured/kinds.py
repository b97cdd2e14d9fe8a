"""Kinds of values in structured inputs: each gives the value or says what is wanted. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .reading import UnfitError


def text(value: object) -> str:
    """Nothing but a text: of `0123` YAML makes another number."""
    if isinstance(value, str):
        return str(value)
    raise UnfitError("a text")


def text_or_number(value: object) -> str:
    """A number as it is written."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return text(value)


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


def items(value: object) -> Sequence[Any]:
    """A list; what is in it is read by whoever knows it."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return value
    raise UnfitError("a list")


def entries(value: object) -> Mapping[str, Any]:
    """A map; what is in it is read by whoever knows it."""
    if isinstance(value, Mapping):
        return value
    raise UnfitError("a map")


def texts(value: object) -> list[str]:
    if isinstance(value, Sequence) and not isinstance(value, str) and value:
        return [text_or_number(item) for item in value]
    raise UnfitError("a list of texts")


def one_or_more(value: object) -> list[str]:
    return [value] if isinstance(value, str) else texts(value)


def mapping(value: object) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise UnfitError("a map of texts")
    return {str(name): "" if item is None else text_or_number(item) for name, item in value.items()}


def later(value: object) -> Any:  # noqa: ANN401  (whoever knows what is in it reads it)
    return value


def one_of(*words: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        if isinstance(value, str) and value.lower() in words:
            return value.lower()
        raise UnfitError(f"one of {', '.join(words)}")

    return read
