"""Typed parameters: the product says which there are, the environment gives values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import schema
from .document import Document, read
from .environment import Environment
from .problem import Problem, choose
from .sources import File, Sources

TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,), "integer": (int,), "number": (int, float),
    "boolean": (bool,), "list": (list,), "map": (dict,),
}  # fmt: skip
WORDS = {
    "string": "text", "integer": "a whole number", "number": "a number",
    "boolean": "true or false", "list": "a list", "map": "a map",
}  # fmt: skip
STAND_INS: Mapping[str, Any] = {"integer": 0, "number": 0, "boolean": True, "list": [], "map": {}}


@dataclass(frozen=True)
class Parameters:
    """The values for the template. A stand-in takes the place of a missing required value,
    so that the template can still be checked; what mentions one is not worth a message."""

    values: Mapping[str, Any]
    stand_ins: frozenset[str]
    sound: bool

    def blames_stand_in(self, problem: Problem) -> bool:
        """Whether a problem of the manifest only follows from a missing parameter."""
        return any(stand_in in problem.what for stand_in in self.stand_ins)


def read_parameters(
    sources: Sources, environment: Environment, problems: list[Problem]
) -> Parameters:
    """The product's parameters with the environment's values; faults go to `problems`."""
    before = len(problems)
    specs = _read_specs(sources.parameters(environment.product), sources, problems)
    if specs is None:
        return Parameters(environment.parameters, frozenset(), sound=False)
    _check_specs(specs, problems)
    _check_given(specs, environment, problems)
    values: dict[str, Any] = {}
    stand_ins: set[str] = set()
    for name, spec in specs.value.items():
        values[name] = environment.parameters.get(name, spec.get("default"))
        if values[name] is None and spec.get("required"):
            values[name] = STAND_INS.get(spec["type"], f"missing-parameter-{name}")
            stand_ins.add(f"missing-parameter-{name}")
    return Parameters(values, frozenset(stand_ins), sound=len(problems) == before)


def _read_specs(file: File, sources: Sources, problems: list[Problem]) -> Document | None:
    """What the product says of its parameters; a product without the file has none."""
    before = len(problems)
    specs = read(file, problems)
    if specs.value is None and len(problems) == before:
        return Document(file.name, {})
    return None if schema.check(specs, sources.schema("parameters"), problems) else specs


def _check_specs(specs: Document, problems: list[Problem]) -> None:
    for name, spec in specs.value.items():
        if spec.get("required") and "default" in spec:
            what = f"the parameter `{name}` is required and has a default"
            cure = "keep one: a required parameter is always given"
            problems.append(
                Problem(specs.where(name, "default"), what, cure, key=f"{name}.default")
            )
        if spec.get("default") is not None:
            _check_value(specs, (name, "default"), name, spec["default"], spec, problems)


def _check_given(specs: Document, environment: Environment, problems: list[Problem]) -> None:
    given, document = environment.parameters, environment.document
    for name, value in given.items():
        path = ("parameters", name)
        if name in specs.value:
            _check_value(document, path, name, value, specs.value[name], problems)
        else:
            what = f"the product {environment.product} has no parameter `{name}`"
            cure = choose(name, list(specs.value), "parameters")
            problems.append(Problem(document.where(*path), what, cure, key=f"parameters.{name}"))
    for name, spec in specs.value.items():
        missing = name not in given and not environment.is_unsure("parameters")
        if spec.get("required") and missing:
            what = f"the parameter `{name}` is required and not given"
            cure = f"add `{name}` ({WORDS[spec['type']]}) to `parameters`: {spec['description']}"
            where = document.where("parameters")
            problems.append(Problem(where, what, cure, key=f"parameters.{name}"))


def _check_value(
    document: Document,
    path: tuple[str, ...],
    name: str,
    value: object,
    spec: Mapping[str, Any],
    problems: list[Problem],
) -> None:
    key = ".".join(path)
    right = isinstance(value, TYPES[spec["type"]])
    if not right or (isinstance(value, bool) and spec["type"] != "boolean"):
        what = (
            f"the parameter `{name}` is {schema.shown(value)}, which is {schema.kind_of(value)}, "
            f"not {WORDS[spec['type']]}"
        )
        cure = f"give {WORDS[spec['type']]}: {spec['description']}"
        problems.append(Problem(document.where(*path), what, cure, key=key))
    elif "choices" in spec and value not in spec["choices"]:
        what = f"the parameter `{name}` is {schema.shown(value)}, which is not one of its choices"
        cure = choose(str(value), [str(choice) for choice in spec["choices"]], "choices")
        problems.append(Problem(document.where(*path), what, cure, key=key))
