"""Checks a document against a JSON schema and says what is wrong in the manifest's own words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from .document import Document, Path
from .problem import Problem, choose, nearest

NOUNS = {
    "string": "text", "integer": "a whole number", "number": "a number",
    "boolean": "true or false", "array": "a list", "object": "a map", "null": "nothing",
}  # fmt: skip


def check(
    document: Document, schema: Mapping[str, Any], problems: list[Problem]
) -> frozenset[Path]:
    """Add a problem for each fault, in order of lines; return the paths that are not sound."""
    if document.value is None:
        what = "the file is empty" if not problems else None
        if what:
            cure = f"begin with the keys: {', '.join(schema.get('required', ()))}"
            problems.append(Problem(document.where(), what, cure))
        return frozenset({()})
    found: list[tuple[Path, Problem]] = []
    for error in Draft202012Validator(schema).iter_errors(document.value):
        found.extend(_problems(document, error))
    found.sort(key=lambda item: document.lines.get(item[0], 0))
    problems.extend(problem for _path, problem in found)
    return frozenset(path for path, _problem in found)


def kind_of(value: object) -> str:
    """The value's type in plain words."""
    if isinstance(value, bool):
        return NOUNS["boolean"]
    kinds = [
        (str, "string"), (int, "integer"), (float, "number"), (list, "array"), (Mapping, "object"),
    ]  # fmt: skip
    return next((NOUNS[name] for kind, name in kinds if isinstance(value, kind)), "nothing")


def shown(value: object) -> str:
    """The value as written in a message, shortened."""
    text = plain(value)
    return f"`{text if len(text) <= 60 else text[:57] + '...'}`"


def plain(value: object) -> str:
    """A text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _problems(document: Document, error: ValidationError) -> Iterator[tuple[Path, Problem]]:
    path: Path = tuple(error.absolute_path)
    if "propertyNames" in error.absolute_schema_path:
        path = (*path, str(error.instance))
        yield path, _problem(document, path, f"`{error.instance}` is not a good name", _cure(error))
    elif error.validator in ("additionalProperties", "required"):
        for name, what, cure in _keys(error):
            yield (*path, name), _problem(document, (*path, name), what, cure)
    else:
        yield path, _problem(document, path, *_value(error))


def _keys(error: ValidationError) -> Iterator[tuple[str, str, str]]:
    """Keys that are too many or too few, each with what is wrong and the cure."""
    rules = _rules(error)
    written: Any = error.instance
    known = rules.get("properties", {})
    extra = [name for name in written if name not in known]
    if error.validator == "additionalProperties":
        for name in extra:
            yield name, f"there is no key `{name}` here", choose(name, list(known), "keys")
        return
    for name in rules["required"]:
        # A mistyped key is told once: as one too many, with the right name as cure.
        if name not in written and not nearest(name, extra):
            cure = f"add `{name}`: {known.get(name, {}).get('description')}"
            yield name, f"the key `{name}` is missing", cure


def _value(error: ValidationError) -> tuple[str, str]:
    value, wanted = error.instance, _rules(error)[str(error.validator)]
    # What the schema calls writeOnly may be a password that somebody wrote in clear.
    said = "the value" if _rules(error).get("writeOnly") else shown(value)
    if error.validator == "type":
        nouns = [NOUNS[name] for name in ([wanted] if isinstance(wanted, str) else wanted)]
        return f"{said} is {kind_of(value)}, not {' or '.join(nouns)}", _cure(error)
    if error.validator == "enum":
        return f"{shown(value)} is not a choice here", choose(plain(value), wanted, "choices")
    if error.validator == "const":
        return f"{shown(value)} is not right here", f"write `{wanted}`"
    return f"{said} does not fit", _cure(error)


def _rules(error: ValidationError) -> Mapping[str, Any]:
    """The part of the schema that the value breaks."""
    return error.schema if isinstance(error.schema, Mapping) else {}


def _cure(error: ValidationError) -> str:
    return f"this should be {_rules(error).get('description', 'another value')}"


def _problem(document: Document, path: Path, what: str, cure: str) -> Problem:
    component, rest = None, path
    if len(path) >= 2 and path[0] == "components":
        component, rest = str(path[1]), path[2:]
    key = ".".join(map(str, rest)) or None
    return Problem(document.where(*path), what, cure, component, key)
