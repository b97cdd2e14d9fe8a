"""Reads the structured inputs of the monitoring roles strictly.

Whatever is wrong becomes a sentence that names the place; values are never quoted, as some are
secret.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

KINDS: Mapping[type, str] = {
    str: "text",
    bool: "true or false",
    list: "a list",
    dict: "a map",
}
DURATION = re.compile(r"(?=\d)(\d+y)?(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?")
LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def items(where: str, value: object, problems: list[str]) -> Iterator[tuple[str, Any]]:
    """The items of a list, each with the place that it stands at."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        problems.append(f"{where} must be a list")
        return
    for index, item in enumerate(value):
        yield f"{where}[{index}]", item


def fields(
    where: str,
    value: object,
    known: Mapping[str, type],
    required: Collection[str],
    problems: list[str],
) -> dict[str, Any] | None:
    """The keys of a map that are given; None where something is wrong with it."""
    if not isinstance(value, Mapping):
        problems.append(f"{where} must be a map with {_listed(known)}")
        return None
    found = [
        *(_unknown(where, key, known) for key in value if key not in known),
        *(f"{where} has no {key}; give one" for key in required if value.get(key) in (None, "")),
        *(
            f"{where}.{key} must be {KINDS[kind]}"
            for key, kind in known.items()
            if value.get(key) is not None and not isinstance(value[key], kind)
        ),
    ]
    problems += found
    given = {key: value[key] for key in known if value.get(key) not in (None, "")}
    return None if found else given


def duration(where: str, value: str, problems: list[str]) -> None:
    """A length of time as Prometheus writes it."""
    if not DURATION.fullmatch(value):
        problems.append(
            f"{where} is {value}, which is no length of time; give one such as 30s or 5m"
        )


def labels(where: str, value: Mapping[str, Any], problems: list[str]) -> None:
    """Names and values of labels."""
    for name, text in value.items():
        if not LABEL.fullmatch(str(name)) or str(name).startswith("__"):
            problems.append(
                f"{where} has the label {name}; give a name of letters, digits and _ that does "
                "not begin with a digit or __"
            )
        elif not isinstance(text, str):
            problems.append(f"{where}.{name} must be text; put it in quotes")


def _unknown(where: str, key: object, known: Collection[str]) -> str:
    near = difflib.get_close_matches(str(key), known, n=1)
    cure = f"did you mean {near[0]}?" if near else f"there are {_listed(known)}"
    return f"{where} has no key {key}; {cure}"


def _listed(known: Collection[str]) -> str:
    return ", ".join(known)
