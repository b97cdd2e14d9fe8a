"""What a component waits for, and why: its `needs` list and the outputs that its vars use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from . import graph, registries
from .document import Path
from .environment import Environment
from .manifest import Component, Manifest, Reference, references
from .problem import Problem, choose
from .role import Role

Roles = Mapping[str, Role | None]


@dataclass(frozen=True)
class Need:
    """`component` waits for `target`. `output` is set where a reference asks for it."""

    component: str
    target: str
    output: str | None
    path: Path

    @property
    def reason(self) -> str:
        """Why, as the plan shows it."""
        if self.output is None:
            return f"needs {self.target}"
        variable = ".".join(map(str, (self.component, *self.path)))
        return f"uses {self.target}.{self.output} in {variable}"


def find_needs(
    manifest: Manifest, roles: Roles, problems: list[Problem], environment: Environment
) -> Mapping[str, tuple[Need, ...]]:
    """The sound needs of every sound component; the others go to `problems`."""
    found: dict[str, tuple[Need, ...]] = {}
    for component in manifest.components.values():
        check = _Check(manifest, roles, component, problems, environment)
        found[component.name] = tuple(check.needs())
    _check_cycles(manifest, found, problems)
    return found


class _Check:
    """The needs and references of one component."""

    def __init__(
        self,
        manifest: Manifest,
        roles: Roles,
        component: Component,
        problems: list[Problem],
        environment: Environment,
    ) -> None:
        self.manifest = manifest
        self.roles = roles
        self.component = component
        self.problems = problems
        self.environment = environment

    def needs(self) -> Iterator[Need]:
        for index, target in enumerate(self.component.needs):
            need = Need(self.component.name, target, None, ("needs", index))
            if self._target(target, need.path) and self._waits_rightly(need):
                yield need
        for reference in references(self.component):
            component, _dot, key = reference.target.partition(".")
            if not (component and key) or "." in key:
                self._malformed(reference)
            elif reference.kind == "secret" and component == registries.NAME:
                self._given(reference, key)
            elif self._target(component, reference.path) and self._offers(reference):
                need = Need(self.component.name, component, key, reference.path)
                if reference.kind == "output" and self._waits_rightly(need):
                    yield need

    def _given(self, reference: Reference, key: str) -> None:
        """The password of a registry is the environment's: nothing is to be waited for."""
        known = registries.passwords(self.environment)
        if key in known or self.environment.is_unsure_of(registries.NAME):
            return
        what = f"the environment's registries have no password `{reference.target}`"
        self._problem(reference.path, what, choose(key, known, "passwords of registries"))

    def _target(self, target: str, path: Path) -> bool:
        """Whether the component that is spoken of is there and switched on."""
        if target not in self.manifest.names:
            what = f"there is no component `{target}`"
            self._problem(path, what, choose(target, self.manifest.names, "components"))
            return False
        component = self.manifest.components.get(target)
        if component and self.component.when and not component.when:
            what = f"the component `{target}` is switched off (`when` is false)"
            cure = f"switch `{target}` on, or give `{self.component.name}` the same `when`"
            self._problem(path, what, cure)
            return False
        return component is not None

    def _waits_rightly(self, need: Need) -> bool:
        if need.target == self.component.name:
            what = f"`{need.target}` waits for itself"
            self._problem(need.path, what, "take this away, or name another component")
            return False
        own, other = self.component.tier, self.manifest.components[need.target].tier
        tiers = self.manifest.tiers
        if own in tiers and other in tiers and tiers.index(other) > tiers.index(own):
            what = f"`{need.target}` is of tier {other}, which is later than {own}"
            cure = f"move `{need.target}` to {own} or earlier, or this component to {other}"
            self._problem(need.path, what, cure)
        return True

    def _offers(self, reference: Reference) -> bool:
        """Whether the role behind the component declares the output or secret."""
        component, _dot, key = reference.target.partition(".")
        role = self.roles.get(component)
        if role is None:
            return False
        offered = role.outputs if reference.kind == "output" else tuple(role.secrets)
        if key in offered:
            return True
        what = f"`{component}` has no {reference.kind} `{key}`: {role.file} does not declare it"
        nouns = f"{reference.kind}s of {component}"
        cure = choose(key, offered, nouns) if offered else f"declare `{key}` in {role.file}"
        self._problem(reference.path, what, cure)
        return False

    def _malformed(self, reference: Reference) -> None:
        name = "name" if reference.kind == "output" else "key"
        what = f"`{{{reference.kind}: {reference.target}}}` is not a reference"
        self._problem(reference.path, what, f"write `{{{reference.kind}: component.{name}}}`")

    def _problem(self, path: Path, what: str, cure: str) -> None:
        self.problems.append(self.manifest.problem(self.component.name, path, what, cure))


def _check_cycles(
    manifest: Manifest, needs: Mapping[str, tuple[Need, ...]], problems: list[Problem]
) -> None:
    names = list(manifest.components)
    targets = {name: [need.target for need in needs[name]] for name in names}
    for cycle in graph.cycles(names, targets):
        steps = [
            next(need for need in needs[waiting] if need.target == needed)
            for waiting, needed in pairwise(cycle)
        ]
        reasons = "; ".join(f"{step.component} {step.reason}" for step in steps)
        problems.append(
            manifest.problem(
                cycle[0],
                steps[0].path,
                f"the components wait for each other: {' → '.join(cycle)} ({reasons})",
                "take one of these away",
            )
        )
