"""The rendered product: its tiers and components, each with the lines it was written on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from . import schema
from .document import Document, Path, read
from .parts import assemble
from .problem import Problem, ProductError
from .sources import File, Sources
from .template import render


@dataclass(frozen=True)
class Component:
    """One component as written; `place` is its machine, group or cluster."""

    name: str
    tier: str
    role: str
    driver: str | None
    place: str | None
    namespace: str | None
    needs: tuple[str, ...]
    when: bool
    vars: Mapping[str, Any]
    rollout: str
    on_failure: str


@dataclass(frozen=True)
class Reference:
    """A value that another component gives: `{output: a.b}` or `{secret: a.b}`."""

    kind: str
    target: str
    path: Path


@dataclass(frozen=True)
class Manifest:
    """A product; its name is empty where that is not sound. `components` are the sound ones,
    `names` all that are written."""

    document: Document
    product: str
    schedule: str
    tiers: tuple[str, ...]
    components: Mapping[str, Component]
    names: tuple[str, ...]

    def problem(self, component: str, path: Path, what: str, cure: str) -> Problem:
        """A problem of a key of a component, at its line of the template."""
        where = self.document.where("components", component, *path)
        return Problem(where, what, cure, component, ".".join(map(str, path)) or None)


def read_manifest(
    file: File, context: Mapping[str, Any], sources: Sources, problems: list[Problem]
) -> Manifest:
    """Render and read a product; raises where nothing can be said about its components."""
    try:
        whole = assemble(file, sources)
    except ProductError as error:
        raise ProductError([*problems, *error.problems]) from None
    rendered = render(file.name, whole, context, problems)
    if rendered is None:
        raise ProductError(problems)
    document = read(File(file.name, rendered.text), problems, rendered.places)
    unsound = schema.check(document, sources.schema("product"), problems)
    value = document.value
    if not isinstance(value, dict) or not isinstance(value.get("components"), dict):
        raise ProductError(problems)
    faulty = {path[1] for path in unsound if len(path) > 1 and path[0] == "components"}
    tiers_sound = "tiers" in value and not any(path[:1] == ("tiers",) for path in unsound)
    return Manifest(
        document=document,
        product="" if ("product",) in unsound else value["product"],
        schedule=str(value.get("schedule", "tiers")),
        tiers=tuple(value["tiers"]) if tiers_sound else (),
        components={
            name: _component(name, item)
            for name, item in value["components"].items()
            if name not in faulty
        },
        names=tuple(value["components"]),
    )


def _component(name: str, value: Mapping[str, Any]) -> Component:
    return Component(
        name=name,
        tier=value["tier"],
        role=value.get("role", name),
        driver=value.get("driver"),
        place=value.get("on"),
        namespace=value.get("namespace"),
        needs=tuple(value.get("needs", ())),
        when=value.get("when", True),
        vars=value.get("vars", {}),
        rollout=value.get("rollout", "parallel"),
        on_failure=value.get("on_failure", "stop_dependents"),
    )


def references(component: Component) -> Iterator[Reference]:
    """All references in a component's `vars`, in the order they are written."""
    return _references(component.vars, ("vars",))


def _references(value: object, path: Path) -> Iterator[Reference]:
    if isinstance(value, Mapping):
        if len(value) == 1 and (kind := next(iter(value))) in ("output", "secret"):
            yield Reference(kind, schema.plain(value[kind]), path)
            return
        for key, item in value.items():
            yield from _references(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _references(item, (*path, index))
