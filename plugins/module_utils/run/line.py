"""Lines of coloured text for a terminal, without knowing how it colours or what it can show."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

Line = tuple["Span", ...]


@dataclass(frozen=True)
class Span:
    """A piece of a line; `tone` says what it means (`failed`, `waiting`, …), not how it looks."""

    text: str
    tone: str | None = None


@dataclass(frozen=True)
class Signs:
    """The characters of a terminal: one of `UNICODE` and `ASCII`."""

    waiting: str
    working: str
    probing: str
    good: str
    failed: str
    blocked: str
    still: str
    arrow: str
    more: str
    rule: str


UNICODE = Signs("░", "█", "▓", "✓", "✗", "⊘", "·", "→", "…", "─")
ASCII = Signs(".", "#", "+", "*", "x", "!", "-", "->", "...", "-")


def signs_for(encoding: str) -> Signs:
    """What an output of this encoding can show."""
    return UNICODE if encoding.lower().replace("-", "").startswith("utf") else ASCII


def plain(line: Line) -> str:
    """The text alone."""
    return "".join(span.text for span in line)


def coloured(line: Line, colour: Callable[[str, str], str]) -> str:
    """The text with `colour(text, tone)` put around what has a tone."""
    return "".join(colour(s.text, s.tone) if s.tone and s.text else s.text for s in line)


def width(text: str) -> int:
    """Columns on a terminal: wide characters take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def pad(text: str, columns: int, right: bool = False) -> str:
    """Fill up with blanks on the left or the right."""
    blanks = " " * (columns - width(text))
    return blanks + text if right else text + blanks


def cut(text: str, columns: int, signs: Signs) -> str:
    """Shorten to a number of columns, showing that something is missing."""
    if width(text) <= columns:
        return text
    kept = text
    while kept and width(kept) + width(signs.more) > columns:
        kept = kept[:-1]
    return kept + signs.more


def wrap(text: str, columns: int) -> list[str]:
    """Break at blanks; a word longer than a line stays whole, so that paths can be copied."""
    return textwrap.wrap(
        text, max(columns, 20), break_long_words=False, break_on_hyphens=False
    ) or [""]


def listed(names: Sequence[str], at_most: int = 3) -> str:
    """`a, b, c and 4 more`."""
    if len(names) <= at_most + 1:
        return ", ".join(names)
    return f"{', '.join(names[:at_most])} and {len(names) - at_most} more"


def duration(seconds: float) -> str:
    """As a person would say it: `0.4 s`, `12.3 s`, `2 min 05 s`, `1 h 02 min`."""
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min"


def joined(spans: Iterable[Span], between: str) -> Line:
    """Spans with a plain text between them."""
    line: list[Span] = []
    for span in spans:
        line += [Span(between), span] if line else [span]
    return tuple(line)
