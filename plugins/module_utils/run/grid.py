"""A table in text: the second column is coloured, the last one is wrapped below itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from .line import Line, Span, pad, width, wrap


@dataclass(frozen=True)
class Row:
    """The cells of a row, and what its second cell means."""

    cells: tuple[str, ...]
    tone: str | None = None


def grid(
    headings: tuple[str, ...], rows: Sequence[Row], columns: int, right: Collection[int] = ()
) -> list[Line]:
    """Lay out rows under their headings.

    Args:
        columns: width of the terminal; only the last column gives way to it.
        right: the columns that stand to the right, such as numbers.
    """
    every = [Row(headings, "dim"), *rows]
    fixed = range(len(headings) - 1)
    widths = [max(width(row.cells[i]) for row in every) for i in fixed]
    left = sum(widths) + 2 * len(widths)
    lines: list[Line] = []
    for row in every:
        padded = [pad(row.cells[i], widths[i], right=i in right) + "  " for i in fixed]
        first, *more = wrap(row.cells[-1], columns - left)
        rest = ("".join(padded[2:]) + first).rstrip()
        head = Span(padded[0], "dim" if row is every[0] else None)
        lines.append((head, Span(padded[1], row.tone), Span(rest, head.tone)))
        lines += [(Span(" " * left + text),) for text in more]
    return lines
