"""Where components live: one instance on every machine, or in the namespace of every cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .environment import Environment
from .manifest import Component, Manifest
from .problem import Problem, choose
from .role import Role


@dataclass(frozen=True)
class Instance:
    """A component at one place."""

    name: str
    component: Component
    role: Role
    driver: str
    machine: str | None
    cluster: str | None


def place(
    component: Component,
    role: Role,
    manifest: Manifest,
    environment: Environment,
    problems: list[Problem],
) -> list[Instance]:
    """The instances of a component; none, with the reason in `problems`, if it cannot be placed."""
    driver = component.driver or ("kubernetes" if component.namespace else "host")
    faults = list(_driver_faults(component, driver, role))
    instances: list[Instance] = []
    if not faults and driver == "host":
        machines = environment.machines_on(component.place or "")
        if not machines and not environment.is_unsure("machines", component.place):
            faults.append(_no_machine(component, environment))
        for machine in machines:
            name = f"{component.name}@{machine}"
            instances.append(Instance(name, component, role, driver, machine, None))
    elif not faults:
        clusters = environment.clusters_on(component.place)
        if not clusters and not environment.is_unsure("clusters", component.place):
            faults.append(_no_cluster(component, environment))
        # Only what may be on several clusters bears the name of one.
        alone = component.place is None or component.place in environment.clusters
        for cluster in clusters:
            name = component.name if alone else f"{component.name}@{cluster}"
            instances.append(Instance(name, component, role, driver, None, cluster))
    for key, what, cure in faults:
        problems.append(manifest.problem(component.name, (key,) if key else (), what, cure))
    return instances


Fault = tuple[str, str, str]


def _driver_faults(component: Component, driver: str, role: Role) -> Iterator[Fault]:
    if driver not in role.drivers:
        key = "driver" if component.driver else "namespace" if component.namespace else "on"
        what = f"the role {role.name} has no driver `{driver}`: {role.file} does not declare it"
        yield key, what, choose(driver, role.drivers, "drivers of this role")
    elif driver == "host" and component.namespace:
        what = "`namespace` is for the driver kubernetes; this component has the driver host"
        yield "namespace", what, "write `on` with a machine instead, or `driver: kubernetes`"
    elif driver == "host" and not component.place:
        what = "the component does not say where it lives"
        yield "", what, "add `on` with a machine or a group, or `namespace` for Kubernetes"
    elif driver == "kubernetes" and not component.namespace:
        yield "driver", "the driver kubernetes needs a namespace", "add `namespace`"


def _no_machine(component: Component, environment: Environment) -> Fault:
    what = f"`{component.place}` is neither a machine nor a group of machines"
    file = environment.document.name
    if not environment.machines:
        return "on", what, f"define it under `machines` in {file}"
    cure = choose(component.place or "", environment.places, "machines and groups")
    return "on", what, f"{cure}; or define it under `machines` in {file}"


def _no_cluster(component: Component, environment: Environment) -> Fault:
    file = environment.document.name
    if component.place:
        what = f"`{component.place}` is neither a cluster nor a group of clusters"
        if environment.clusters:
            known = environment.cluster_places
            return "on", what, choose(component.place, known, "clusters and groups")
        return "on", what, f"define it under `clusters` in {file}"
    if environment.clusters:
        names = ", ".join(environment.clusters)
        return (
            "namespace",
            "it is not clear which cluster is meant",
            f"add `on` with one of: {names}",
        )
    what = "the environment has no cluster for a component of the driver kubernetes"
    return "namespace", what, f"define one under `clusters` in {file}"


def by_component(instances: Sequence[Instance]) -> dict[str, list[Instance]]:
    """The instances of each component, in their order."""
    found: dict[str, list[Instance]] = {}
    for instance in instances:
        found.setdefault(instance.component.name, []).append(instance)
    return found
