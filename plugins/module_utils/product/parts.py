"""Puts the parts of a product where its template names them, each on a line of its own:
`{% include "delivery/services.yml.j2" %}`. A part is text: it knows the macros of what is around
it, and its lines keep their own place in messages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .problem import Problem, ProductError, choose
from .sources import File, Sources

INCLUDE = re.compile(r"""^[ \t]*\{%-?\s*include\s+(["'])(.*?)\1\s*-?%\}[ \t]*$""")
# The line ends that Jinja2 counts.
LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Whole:
    """A template with its parts, and for each of its lines the `file:line` that it is from."""

    text: str
    places: tuple[str, ...]

    def place(self, line: int) -> str:
        """Where a line is from; one behind the end counts as the last."""
        return self.places[min(line, len(self.places)) - 1]


def assemble(file: File, sources: Sources) -> Whole:
    """A template with all its parts.

    Raises:
        ProductError: for a part that is not there, or includes itself.
    """
    lines = list(_lines(file, sources, ()))
    return Whole("\n".join(line for _place, line in lines), tuple(place for place, _line in lines))


def _lines(file: File, sources: Sources, within: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The lines of a file with their places; `within` are the parts that it is in itself."""
    for number, line in enumerate(LINE_END.split(file.text or ""), 1):
        place = f"{file.name}:{number}"
        if found := INCLUDE.match(line):
            part = _part(found[2], place, sources, within)
            yield from _lines(part, sources, (*within, found[2]))
        else:
            yield place, line


def _part(name: str, place: str, sources: Sources, within: Sequence[str]) -> File:
    part = sources.part(name)
    if name in within:
        what, cure = f"the part `{name}` includes itself", "take this line away"
    elif part.text is None:
        what = f"there is no part `{name}`: {part.name} is not there"
        cure = choose(name, sources.parts(), "parts")
    else:
        return File(part.name, part.text.removesuffix("\n"))
    raise ProductError([Problem(place, what, cure)])
