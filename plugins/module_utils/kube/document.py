"""YAML as Kubernetes objects, each with the line it begins on.

Scalars are read as kubectl reads them (`0644` is a number, `yes` is true), except that keys are
always text, and that `=` is text too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from .identity import Manifest
from .problem import SourceError

Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
WORDS: dict[str, bool | None] = {"": None, "~": None}
for _value, _words in (
    (True, ("y", "yes", "true", "on")),
    (False, ("n", "no", "false", "off")),
    (None, ("null",)),
):
    WORDS.update({form: _value for w in _words for form in (w, w.capitalize(), w.upper())})
INTEGER = re.compile(r"[-+]?(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|0|[1-9][0-9]*)")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
TAG = "tag:yaml.org,2002:"
TEXT_TAGS = ("!", TAG + "str")
VALUE_TAGS = tuple(TAG + kind for kind in ("bool", "int", "float", "null", "timestamp"))


@dataclass(frozen=True)
class Source:
    """An object and where it came from: `file:line`, or a position in a list."""

    manifest: Manifest
    where: str


def load(text: str, name: str) -> list[Source]:
    """The objects of a YAML text of any number of documents; lists of objects are unpacked.

    Raises:
        SourceError: all that is wrong with them; for a fault of YAML itself the first one.
    """
    try:
        documents = list(_Reader(text, name).documents())
    except yaml.YAMLError as error:
        documents = _json(text)
        if not documents:
            raise _syntax_error(error, text, name) from None
    return check(Source(value, f"{name}:{line}") for value, line in documents if value is not None)


def _json(text: str) -> list[tuple[Any, int]]:
    """JSON is not quite YAML: it writes some characters as pairs of escapes."""
    try:
        return [(json.loads(text), 1)]
    except ValueError:
        return []


def check(found: Iterable[Source]) -> list[Source]:
    """The same objects, lists unpacked, if all have what an object must have.

    Raises:
        SourceError: with all that is missing.
    """
    sources = [item for source in found for item in _unpacked(source)]
    wrong = [f"{s.where}: {fault}" for s in sources if (fault := _fault(s.manifest))]
    if len(wrong) == 1:
        where, _, what = wrong[0].partition(": ")
        raise SourceError(what, where, "correct the source")
    if wrong:
        raise SourceError(
            f"{len(wrong)} objects are not complete:\n  " + "\n  ".join(wrong),
            "",
            "correct the sources",
        )
    return sources


def _unpacked(source: Source) -> Iterator[Source]:
    value = source.manifest
    kind = value.get("kind") if isinstance(value, dict) else None
    if not (isinstance(kind, str) and kind.endswith("List") and "items" in value):
        yield source
        return
    about = {"apiVersion": value.get("apiVersion"), "kind": kind.removesuffix("List")}
    for index, item in enumerate(value["items"] or []):
        whole = {**about, **item} if about["kind"] and isinstance(item, dict) else item
        yield from _unpacked(Source(whole, f"{source.where} items[{index}]"))


def _fault(value: Any) -> str:  # noqa: ANN401  (YAML is any value)
    if not isinstance(value, dict):
        return f"this is {_shown(value)}, not an object with apiVersion and kind"
    for key in ("apiVersion", "kind"):
        if not isinstance(value.get(key), str) or not value[key]:
            return f"`{key}` is {_shown(value.get(key))}, not text"
    metadata = value.get("metadata")
    if not isinstance(metadata, dict) or not isinstance(metadata.get("name"), str):
        if isinstance(metadata, dict) and "generateName" in metadata:
            return f"the {value['kind']} has `generateName`; an applied object needs a `name`"
        return f"the {value['kind']} has no `metadata.name`"
    about = f"{value['kind']} {metadata['name']}"
    if not isinstance(metadata.get("namespace") or "", str):
        return f"{about}: `metadata.namespace` is {_shown(metadata['namespace'])}, not text"
    for part in ("labels", "annotations"):
        entries = metadata.get(part) or {}
        if not isinstance(entries, dict):
            return f"{about}: `metadata.{part}` is {_shown(entries)}, not a map"
        for key, entry in entries.items():
            if not isinstance(entry, str):
                return f"{about}: `metadata.{part}.{key}` is {_shown(entry)}; quote it"
    return ""


def _shown(value: Any) -> str:  # noqa: ANN401  (YAML is any value)
    if value is None:
        return "missing"
    kinds = {dict: "a map", list: "a list", bool: "a boolean", str: "text"}
    return kinds.get(type(value), "a number")


class _Reader:
    """Builds values from the parser's events: several times faster than PyYAML's own way."""

    def __init__(self, text: str, name: str) -> None:
        self._parser = Parser(text)
        self._name = name
        self._anchors: dict[str, Any] = {}

    def documents(self) -> Iterator[tuple[Any, int]]:
        """Each document's value, and its first line."""
        while not isinstance(event := self._parser.get_event(), yaml.StreamEndEvent):
            if isinstance(event, yaml.DocumentStartEvent):
                self._anchors.clear()
                first = self._parser.get_event()
                yield self._value(first), first.start_mark.line + 1

    def _value(self, event: Any) -> Any:  # noqa: ANN401  (YAML is any value)
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._anchors:
                raise self._problem(event, f"the alias *{event.anchor} names nothing above it")
            return self._anchors[event.anchor]
        if isinstance(event, yaml.ScalarEvent):
            value: Any = self._scalar(event)
        elif isinstance(event, yaml.MappingStartEvent):
            value = self._mapping(event)
        else:
            value = self._sequence()
        if event.anchor:
            self._anchors[event.anchor] = value
        return value

    def _mapping(self, start: Any) -> dict[str, Any]:  # noqa: ANN401
        found: dict[str, Any] = {}
        merged: list[Any] = []
        while not isinstance(event := self._parser.get_event(), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self._problem(event, "a key is not plain text")
            key = event.value
            value = self._value(self._parser.get_event())
            if key == "<<" and not event.style:
                merged += value if isinstance(value, list) else [value]
            elif key in found:
                raise self._problem(event, f"the key `{key}` is here twice")
            else:
                found[key] = value
        for base in merged:
            if not isinstance(base, dict):
                raise self._problem(start, "`<<` takes a map or a list of maps")
            found = {**base, **found}
        return found

    def _sequence(self) -> list[Any]:
        found = []
        while not isinstance(event := self._parser.get_event(), yaml.SequenceEndEvent):
            found.append(self._value(event))
        return found

    def _scalar(self, event: Any) -> str | int | float | bool | None:  # noqa: ANN401
        text: str = event.value
        if event.tag in VALUE_TAGS or (event.tag is None and not event.style):
            return _plain(text)
        if event.tag is None or event.tag in TEXT_TAGS:
            return text
        raise self._problem(event, f"the tag `{event.tag}` is not known here")

    def _problem(self, event: Any, what: str) -> SourceError:  # noqa: ANN401
        where = f"{self._name}:{event.start_mark.line + 1}"
        return SourceError(what, where, "correct the source")


def _plain(text: str) -> str | int | float | bool | None:
    if text in WORDS:
        return WORDS[text]
    if text[0] not in "0123456789-+.":
        return text
    number = text.replace("_", "")
    if INTEGER.fullmatch(number):
        sign, digits = (number[0], number[1:]) if number[0] in "+-" else ("", number)
        if len(digits) > 1 and digits[0] == "0" and digits[1].isdigit():
            digits = f"0o{digits}"
        return int(sign + digits, 0)
    if FLOAT.fullmatch(number):
        return float(number)
    return text


def _syntax_error(error: yaml.YAMLError, text: str, name: str) -> SourceError:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else 1
    said = getattr(error, "problem", None) or "it holds a character that YAML does not allow"
    return SourceError(
        f"this is not valid YAML: {said}",
        f"{name}:{min(line, text.count(chr(10)) + 1)}",
        "correct this line or the one above it; a template's lines are those of its output",
    )
