"""Reads as much of a statement as the front must know: where INSERT data begin, what it calls.

Knows tokens, not grammar; the engine's own parser decides what a statement does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

TOKEN = re.compile(
    rb"""
    (?P<blank>\s+|--[^\n]*|\#[\s!][^\n]*|/\*.*?\*/)
  | (?P<text>'(?:[^'\\]|\\.|'')*'|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)
  | (?P<quoted>`(?:[^`\\]|\\.|``)*`|"(?:[^"\\]|\\.|"")*")
  | (?P<number>\d[\w.]*)
  | (?P<word>[A-Za-z_\x80-\xff][\w\x80-\xff]*)
  | (?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)
DATA_GAP = re.compile(rb"[ \t\f]*;?[ \t\f]*\r?\n?")
SELECTING = {"select", "with", "from"}


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    value: str
    end: int


@dataclass(frozen=True, slots=True)
class Statement:
    """`data` is None unless the statement is an INSERT whose rows follow it."""

    sql: str
    tokens: tuple[Token, ...]
    data: bytes | None = None
    data_format: str = ""

    @property
    def parsable(self) -> str:
        """The statement in a form that the engine's parser takes without the data."""
        return self.sql if self.data is None else f"{self.sql} FORMAT {self.data_format}"

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(token.value.lower() for token in self.tokens if token.kind == "word")

    @property
    def calls(self) -> frozenset[str]:
        """Every name, in lower case, that stands before an opening bracket."""
        pairs = pairwise(self.tokens)
        return frozenset(
            name.value.lower()
            for name, after in pairs
            if after.value == "(" and name.kind in {"word", "quoted"}
        )

    @property
    def engines(self) -> frozenset[str]:
        """The table engines that are named, in lower case."""
        solid = [token for token in self.tokens if token.value != "="]
        return frozenset(
            name.value.lower()
            for word, name in pairwise(solid)
            if word.kind == "word" and word.value.lower() == "engine"
        )

    def output_format(self, default: str) -> str:
        """What `FORMAT name` at the end of the statement says, else the default."""
        solid = [token for token in self.tokens if token.value != ";"]
        for word, name in reversed(list(pairwise(solid))):
            if word.value.lower() == "format" and name.kind == "word":
                return name.value
        return default


def read_statement(body: bytes) -> Statement:
    """The body of a query: a statement, or an INSERT with its data after it."""
    tokens: list[Token] = []
    depth = 0
    inserting = selecting = False
    for token in _tokens(body):
        tokens.append(token)
        depth += {"(": 1, ")": -1}.get(token.value, 0)
        word = token.value.lower() if token.kind == "word" else ""
        inserting = inserting or (len(tokens) == 1 and word == "insert")
        # A column may have any name; only outside brackets does a word speak for the insert.
        if not inserting or selecting or depth or not word:
            continue
        selecting = word in SELECTING
        # Rows of VALUES are expressions: they stay in the statement, in sight of the rules.
        if tokens[-2:-1] and tokens[-2].value.lower() == "format" and word != "values":
            return _insert(body, tokens)
    return Statement(body.decode("utf-8", "replace").strip(), tuple(tokens))


def _insert(body: bytes, tokens: list[Token]) -> Statement:
    *head, _, name = tokens
    if not head:
        return Statement(body.decode("utf-8", "replace").strip(), tuple(tokens))
    gap = DATA_GAP.match(body, name.end)
    data = body[gap.end() if gap else name.end :]
    sql = body[: head[-1].end].decode("utf-8", "replace").strip()
    return Statement(sql, tuple(head), data, name.value)


def _tokens(body: bytes) -> Iterator[Token]:
    for match in TOKEN.finditer(body):
        kind = match.lastgroup or "sign"
        if kind == "blank":
            continue
        value = match.group().decode("utf-8", "replace")
        yield Token(kind, value[1:-1] if kind == "quoted" else value, match.end())
