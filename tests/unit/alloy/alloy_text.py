"""A reader of Alloy's syntax, as far as a log agent's configuration goes; strict about the rest.

Written from the syntax's description, so that what the role writes is read by somebody else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

TOKEN = re.compile(
    r"""(?P<blank>[ \t\r]+|//[^\n]*)
    |(?P<newline>\n)
    |(?P<string>"(?:[^"\\\n]|\\(?:[abfnrtv\\"]|[0-7]{3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}))*")
    |(?P<number>-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<sign>[{}\[\]()=,.+])""",
    re.VERBOSE,
)
ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
WORDS = {"true": True, "false": False, "null": None}


class UnreadableError(ValueError):
    """The text is not Alloy's."""


@dataclass(frozen=True)
class Name:
    """A reference, a call, or a sum of them, as it is written without blanks."""

    text: str


@dataclass
class Read:
    """One block: its attributes, and the blocks in it in their order."""

    name: str
    label: str
    attributes: dict[str, Any] = field(default_factory=dict)
    blocks: list[Read] = field(default_factory=list)


def read(text: str) -> list[Read]:
    """The blocks of a file; each component is there once."""
    tokens = Tokens(list(_tokens(text)))
    file = Read("", "")
    _body(tokens, file, "")
    names = [(block.name, block.label) for block in file.blocks]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise UnreadableError(f"defined twice: {sorted(twice)}")
    return file.blocks


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text):
        found = TOKEN.match(text, at)
        if not found:
            raise UnreadableError(f"not a token: {text[at : at + 20]!r}")
        at = found.end()
        if found.lastgroup != "blank":
            yield str(found.lastgroup), found[0]
    yield "newline", "\n"
    yield "end", ""


class Tokens:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens, self._at = tokens, 0

    @property
    def kind(self) -> str:
        return self._tokens[self._at][0]

    @property
    def text(self) -> str:
        return self._tokens[self._at][1]

    def take(self, *wanted: str) -> str:
        """The next token, which is of this kind or this very text."""
        kind, text = self._tokens[self._at]
        if wanted and kind not in wanted and text not in wanted:
            raise UnreadableError(f"{text!r} where {' or '.join(wanted)} belongs")
        self._at += 1
        return text

    def lines(self) -> None:
        while self.kind == "newline":
            self.take()


def _body(tokens: Tokens, into: Read, end: str) -> None:
    tokens.lines()
    while tokens.text != end or (not end and tokens.kind != "end"):
        name = tokens.take("word")
        if tokens.text == "=":
            tokens.take()
            if name in into.attributes:
                raise UnreadableError(f"{name} is given twice")
            into.attributes[name] = _expression(tokens)
        else:
            into.blocks.append(_block(tokens, name))
        tokens.take("newline")
        tokens.lines()


def _block(tokens: Tokens, name: str) -> Read:
    while tokens.text == ".":
        name += tokens.take() + tokens.take("word")
    label = _string(tokens.take()) if tokens.kind == "string" else ""
    if label and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", label):
        raise UnreadableError(f"not a label: {label!r}")
    block = Read(name, label)
    tokens.take("{")
    _body(tokens, block, "}")
    tokens.take("}")
    return block


def _expression(tokens: Tokens) -> Any:
    value = _term(tokens)
    while tokens.text == "+":
        tokens.take()
        other = _term(tokens)
        value = Name(f"{_written(value)}+{_written(other)}")
    return value


def _written(value: Any) -> str:
    return value.text if isinstance(value, Name) else repr(value)


def _term(tokens: Tokens) -> Any:
    if tokens.kind == "string":
        return _string(tokens.take())
    if tokens.kind == "number":
        text = tokens.take()
        return int(text) if re.fullmatch(r"-?[0-9]+", text) else float(text)
    if tokens.text == "[":
        return list(_items(tokens))
    if tokens.text == "{":
        return dict(_pairs(tokens))
    return _name(tokens)


def _name(tokens: Tokens) -> Any:
    text = tokens.take("word")
    while tokens.text == ".":
        text += tokens.take() + tokens.take("word")
    if tokens.text == "(":
        tokens.take()
        text += f"({_written(_expression(tokens))}{tokens.take(')')}"
    return WORDS[text] if text in WORDS else Name(text)


def _items(tokens: Tokens) -> Iterator[Any]:
    tokens.take("[")
    tokens.lines()
    while tokens.text != "]":
        yield _expression(tokens)
        _separated(tokens, "]")
    tokens.take("]")


def _pairs(tokens: Tokens) -> Iterator[tuple[str, Any]]:
    tokens.take("{")
    tokens.lines()
    while tokens.text != "}":
        key = _string(tokens.take()) if tokens.kind == "string" else tokens.take("word")
        tokens.take("=")
        yield key, _expression(tokens)
        _separated(tokens, "}")
    tokens.take("}")


def _separated(tokens: Tokens, end: str) -> None:
    """A comma, also before a line break; none is needed before the end on the same line."""
    if tokens.text != end:
        tokens.take(",")
        tokens.lines()


def _string(token: str) -> str:
    def plain(found: re.Match[str]) -> str:
        what = found[1]
        if what[0] in "xu":
            return chr(int(what[1:], 16))
        return chr(int(what, 8)) if what.isdigit() else ESCAPES.get(what, what)

    return re.sub(r'\\([abfnrtv\\"]|[0-7]{3}|x..|u....)', plain, token[1:-1])
