"""Names, labels and lengths of time as Prometheus and Alertmanager write them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..structured.reading import Problems, at

DURATION = re.compile(r"(?=\d)(\d+y)?(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?")
LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def duration(where: str, value: str, problems: Problems) -> None:
    """A length of time as Prometheus writes it."""
    if not DURATION.fullmatch(value):
        what = f"is {value}, which is no length of time"
        problems.add(where, what, "give one such as 30s or 5m")


def labels(where: str, value: Mapping[str, Any], problems: Problems) -> None:
    """Names and values of labels."""
    cure = "give a name of letters, digits and _ that does not begin with a digit or __"
    for name, text in value.items():
        if not LABEL.fullmatch(str(name)) or str(name).startswith("__"):
            problems.add(where, f"has the label {name}", cure)
        elif not isinstance(text, str):
            problems.add(at(where, name), "must be a text", "put it in quotes")
