"""A YAML text as plain values, with the line of every key, so that messages can point at it.

Scalars follow YAML 1.2 (`on`, `yes` and `0644` are text), as editors with a schema read them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from .problem import Problem
from .sources import File

Path = tuple[str | int, ...]
TAG = "tag:yaml.org,2002:"
CONSTANTS = {"true": True, "false": False, "null": None, "~": None, "": None}
SCALARS = {
    "null": re.compile(r"^(?:~|null|Null|NULL|)$"),
    "bool": re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"),
    "int": re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"),
    "float": re.compile(r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?$"),
}


@dataclass(frozen=True)
class Document:
    """A read YAML text. `places` are the `file:line` behind its lines, if it was rendered."""

    name: str
    value: Any
    lines: Mapping[Path, int] = field(default_factory=dict)
    places: Sequence[str] | None = None

    def where(self, *path: str | int) -> str:
        """`file:line` of the key at this path, or of the nearest one around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return place(self.name, self.lines.get(path, 1), self.places)


def place(name: str, line: int, places: Sequence[str] | None) -> str:
    """`file:line`: that of the template if the text was rendered from one."""
    return places[min(line, len(places)) - 1] if places else f"{name}:{line}"


def read(file: File, problems: list[Problem], places: Sequence[str] | None = None) -> Document:
    """Read a text; what is wrong with it is added to `problems`."""
    text = file.text or ""
    try:
        node = _compose(text)
    except yaml.YAMLError as error:
        problems.append(_syntax_problem(file.name, text, error, places))
        return Document(file.name, None, {}, places)
    reader = _Reader(file.name, places, problems)
    value = reader.value(node, ()) if node is not None else None
    return Document(file.name, value, reader.lines, places)


def _compose(text: str) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=_FastLoader)
    except yaml.YAMLError:
        # The two parsers word their errors differently: let one of them speak, everywhere.
        return yaml.compose(text, Loader=_PlainLoader)


def _syntax_problem(
    name: str, text: str, error: yaml.YAMLError, places: Sequence[str] | None
) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else text.count("\n", 0, getattr(error, "position", 0)) + 1
    lines = text.splitlines() or [""]
    quoted = lines[min(line, len(lines)) - 1].strip()
    said = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    read_as = "the rendered line reads" if places else "the line reads"
    return Problem(
        where=place(name, line, places),
        what=f"this is not valid YAML: {said}; {read_as} `{quoted}`",
        cure="correct this line or the one above it; quote values that hold `: ` or ` #`",
    )


class _Reader:
    """Turns YAML nodes into values and notes the lines."""

    def __init__(self, name: str, places: Sequence[str] | None, problems: list[Problem]) -> None:
        self.name = name
        self.places = places
        self.problems = problems
        self.lines: dict[Path, int] = {(): 1}
        self._open: set[int] = set()

    def value(self, node: yaml.Node, path: Path) -> Any:  # noqa: ANN401  (YAML is any value)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if id(node) in self._open:
            self._problem(node, "an alias holds itself", "write the value out")
            return None
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return self._mapping(node, path)
            return self._sequence(node, path)
        finally:
            self._open.discard(id(node))

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._problem(key_node, "a key is not plain text", "write a name before the colon")
                continue
            key = key_node.value
            here = (*path, key)
            if key in found:
                first = place(self.name, self.lines[here], self.places)
                self._problem(
                    key_node,
                    f"the key `{key}` is here twice; the first is at {first}",
                    "keep one of the two",
                )
            self.lines[here] = key_node.start_mark.line + 1
            found[key] = self.value(value_node, here)
        return found

    def _sequence(self, node: yaml.Node, path: Path) -> list[Any]:
        items = []
        for index, item in enumerate(node.value):
            here = (*path, index)
            self.lines[here] = item.start_mark.line + 1
            items.append(self.value(item, here))
        return items

    def _scalar(self, node: yaml.ScalarNode) -> str | int | float | bool | None:
        text, kind = node.value, node.tag.removeprefix(TAG)
        if kind == "str":
            return str(text)
        if kind in ("null", "bool") and text.lower() in CONSTANTS:
            return CONSTANTS[text.lower()]
        if kind in SCALARS and SCALARS[kind].match(text):
            return int(text) if kind == "int" else float(text)
        self._problem(node, f"the tag `{node.tag}` is not known here", "write a plain value")
        return None

    def _problem(self, node: yaml.Node, what: str, cure: str) -> None:
        where = place(self.name, node.start_mark.line + 1, self.places)
        self.problems.append(Problem(where, what, cure))


class _PlainLoader(yaml.SafeLoader):
    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  (PyYAML's own interface)


class _FastLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    # The base is chosen at run time: a PyYAML without libyaml has only the slow one.
    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  (PyYAML's own interface)


for _loader in (_PlainLoader, _FastLoader):
    for _kind, _pattern in SCALARS.items():
        _first = ["~", "n", "N", ""] if _kind == "null" else list("tTfF-+.0123456789")
        _loader.add_implicit_resolver(TAG + _kind, _pattern, _first)
