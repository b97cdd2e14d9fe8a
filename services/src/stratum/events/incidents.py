"""What an incident's own text and labels say: is it one, of which service, caused by what."""

from __future__ import annotations

import re
from collections.abc import Iterable

INCIDENT_LABEL = re.compile(r"(type\s*[:/]+\s*)?incident(\W.*)?", re.IGNORECASE | re.DOTALL)
CAUSED_BY = re.compile(
    r"\b(?:caused\s+by|root\s+cause)\s*:?\s*`?(?:https?://\S+/)?([0-9a-f]{7,40})\b",
    re.IGNORECASE,
)
# At least one digit: "Deployment: failed again" names no deployment.
DEPLOYMENT = re.compile(
    r"\bdeployment\s*:\s*`?(?:https?://\S+/)?#?((?=[\w.-]*\d)[\w][\w.-]{0,127})",
    re.IGNORECASE | re.ASCII,
)
NAMED = r"(?:^|\n)[\s>*_-]*{word}[\s*_]*:[\s*_`]*([A-Za-z0-9][\w./-]{{0,99}})"


def is_incident(labels: Iterable[str]) -> bool:
    """`incident`, `incident::sev1`, `type: incident` mark an issue as an incident."""
    return any(INCIDENT_LABEL.fullmatch(label.strip()) for label in labels)


def deployment_ref(text: str) -> str:
    """The commit or deployment that the incident names as its cause, else empty."""
    match = DEPLOYMENT.search(text) or CAUSED_BY.search(text)
    return match.group(1).rstrip(".-") if match else ""


def named(word: str, text: str, labels: Iterable[str]) -> str:
    """The value of `word: value` on a line of the text, else of a `word:value` label."""
    match = re.search(NAMED.format(word=word), text, re.IGNORECASE | re.ASCII)
    if match:
        return match.group(1).rstrip(".-/")
    for label in labels:
        key, _, value = label.replace("/", ":").partition(":")
        if key.strip().lower() == word and value.strip(": "):
            return value.strip(": ")
    return ""
