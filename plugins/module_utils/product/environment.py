"""The environment: which product and release, on which machines, with which parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import schema
from .document import Document, Path, read
from .problem import Problem, ProductError, choose, nearest
from .sources import Sources

PARTS = ("machines", "clusters", "registries", "parameters")


@dataclass(frozen=True)
class Machine:
    """A machine that instances live on."""

    name: str
    address: str
    service_manager: str
    connection: str = "ssh"
    port: int | None = None
    user: str | None = None
    groups: tuple[str, ...] = ()
    vars: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class SecretsFile:
    """The encrypted file that secrets come from; `kind` is vault or sops."""

    kind: str
    file: str
    missing: str


@dataclass(frozen=True)
class Registry:
    """How pods sign in to a registry; the password is a secret's name, `component.key`."""

    user: str
    password: str


@dataclass(frozen=True)
class Environment:
    """A checked environment file."""

    document: Document
    name: str
    product: str
    release: str
    schedule: str | None
    artifacts: str
    state_dir: str
    roles_path: tuple[str, ...]
    parameters: Mapping[str, Any]
    machines: Mapping[str, Machine]
    clusters: Mapping[str, Mapping[str, Any]]
    registries: Mapping[str, Registry]
    secrets: SecretsFile | None
    faulty: frozenset[Path]

    def is_unsure(self, part: str, name: str | None = None) -> bool:
        """Whether a part, or the entry of that name, has a fault of its own, told already."""
        return (part,) in self.faulty or (part, name) in self.faulty

    def is_unsure_of(self, part: str) -> bool:
        """Whether anything of a part has a fault, told already."""
        return any(path[:1] == (part,) for path in self.faulty)

    def machines_on(self, place: str) -> tuple[str, ...]:
        """The machines that `on: place` names: one machine, a group, or `all`."""
        if place in self.machines:
            return (place,)
        return tuple(
            name for name, machine in self.machines.items()
            if place == "all" or place in machine.groups
        )  # fmt: skip

    def clusters_on(self, place: str | None) -> tuple[str, ...]:
        """The clusters that `on` names: one, a group, or `all`; without it the only one."""
        if place is None:
            return tuple(self.clusters) if len(self.clusters) == 1 else ()
        if place in self.clusters:
            return (place,)
        return tuple(
            name for name, cluster in self.clusters.items()
            if place == "all" or place in cluster.get("groups", ())
        )  # fmt: skip

    @property
    def cluster_places(self) -> list[str]:
        """All names that `on` can have on Kubernetes: the clusters, then their groups."""
        groups = [group for found in self.clusters.values() for group in found.get("groups", ())]
        return list(dict.fromkeys([*self.clusters, *groups]))

    @property
    def places(self) -> list[str]:
        """All names that `on` can have: the machines, then their groups."""
        groups = [group for machine in self.machines.values() for group in machine.groups]
        return list(dict.fromkeys([*self.machines, *groups]))


def read_environment(sources: Sources, problems: list[Problem]) -> Environment:
    """Read the environment file; raises at once where nothing can be said about the rest."""
    document = read(sources.environment(), problems)
    unsound = schema.check(document, sources.schema("environment"), problems)
    top = {path[0] if path else None for path in unsound}
    if None in top or top & {"product", "release"}:
        raise ProductError(problems)
    value = {key: item for key, item in document.value.items() if key not in top}
    # A part with a fault in it is read as far as it is sound, so that the rest can be checked.
    faulty: set[Path] = {path[:2] for path in unsound}
    faulty |= {(nearest(str(path[0]), PARTS) or "",) for path in unsound if len(path) == 1}
    for part in PARTS:
        entries = document.value.get(part)
        if isinstance(entries, dict):
            value[part] = {
                name: item for name, item in entries.items() if (part, name) not in faulty
            }
    environment = _environment(document, value, sources.environment_name, frozenset(faulty))
    _check_names(environment, problems)
    _check_secrets(environment, problems)
    return environment


def _environment(
    document: Document, value: Mapping[str, Any], folder: str, faulty: frozenset[Path]
) -> Environment:
    name = value.get("environment", folder)
    return Environment(
        document=document,
        name=name,
        product=value["product"],
        release=value["release"],
        schedule=value.get("schedule"),
        artifacts=value.get("artifacts", "release"),
        state_dir=value.get("state_dir", f".stratum/{name}"),
        roles_path=tuple(value.get("roles_path", ())),
        parameters=value.get("parameters", {}),
        machines={
            machine: Machine(machine, **{**item, "groups": tuple(item.get("groups", ()))})
            for machine, item in value.get("machines", {}).items()
        },
        clusters=value.get("clusters", {}),
        registries={
            host: Registry(login["user"], login["password"]["secret"])
            for host, login in value.get("registries", {}).items()
        },
        secrets=_secrets_file(value.get("secrets", {})),
        faulty=faulty,
    )


def _secrets_file(value: Mapping[str, Any]) -> SecretsFile | None:
    for kind in ("vault", "sops"):
        if kind in value:
            return SecretsFile(kind, value[kind], value.get("missing", "refuse"))
    return None


def _check_secrets(environment: Environment, problems: list[Problem]) -> None:
    """One file gives them, or none."""
    value = environment.document.value.get("secrets")
    if isinstance(value, Mapping) and "vault" in value and "sops" in value:
        where = environment.document.where("secrets", "sops")
        what = "`vault` and `sops` both name a file of secrets"
        problems.append(Problem(where, what, "keep one of the two", key="secrets.sops"))


def _check_names(environment: Environment, problems: list[Problem]) -> None:
    """One name must mean one thing."""
    machines = {name: machine.groups for name, machine in environment.machines.items()}
    clusters = {name: cluster.get("groups", ()) for name, cluster in environment.clusters.items()}
    for part, groups_of in (("machines", machines), ("clusters", clusters)):
        taken = dict.fromkeys(groups_of, f"a {part[:-1]}") | {"all": f"the group of all {part}"}
        problems.extend(
            Problem(
                environment.document.where(part, name, "groups"),
                f"the group `{group}` has the name of {taken[group]}",
                "give the group another name",
                key=f"{part}.{name}.groups",
            )
            for name, groups in groups_of.items()
            for group in groups
            if group in taken
        )


def check_product(environment: Environment, sources: Sources, problems: list[Problem]) -> None:
    """The product must exist; without it there is nothing further to check."""
    template = sources.template(environment.product)
    if template.text is None:
        problems.append(
            Problem(
                environment.document.where("product"),
                f"there is no product `{environment.product}`: {template.name} is not there",
                choose(environment.product, sources.products(), "products"),
                key="product",
            )
        )
        raise ProductError(problems)
