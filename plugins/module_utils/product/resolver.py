"""Product + parameters + lock + environment + roles' meta in, the resolved product out.

A pure function of its sources: the same texts give the same bytes (docs/contracts.md §2).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from . import graph, registries
from .edges import Edges, connect
from .environment import Environment, check_product, read_environment
from .manifest import Component, Manifest, read_manifest
from .needs import find_needs
from .parameters import Parameters, read_parameters
from .placement import Instance, place
from .ports import check_ports, ports_of
from .problem import Problem, ProductError, choose
from .release import Release, check_locked, locked_for, read_release
from .role import Role, read_role
from .sources import Commit, RoleFiles, Sources


@dataclass(frozen=True)
class Resolved:
    """The resolved product as JSON values, and what its hosts are made from."""

    document: Mapping[str, Any]
    environment: Environment
    instances: tuple[Instance, ...]

    def to_bytes(self) -> bytes:
        """The content of `product.json`."""
        return (json.dumps(self.document, indent=2, ensure_ascii=False) + "\n").encode()


def resolve(sources: Sources, release: str = "") -> Resolved:
    """Resolve an environment's product.

    Args:
        sources: everything that decides.
        release: takes the place of the one that the environment names, where it is given.

    Raises:
        ProductError: with all problems that were found.
    """
    problems: list[Problem] = []
    environment = read_environment(sources, problems)
    if release:
        environment = replace(environment, release=release)
    check_product(environment, sources, problems)
    parameters = read_parameters(sources, environment, problems)
    lock = read_release(sources, environment, problems)
    template = sources.template(environment.product)
    context = _context(environment, parameters, lock)
    try:
        manifest = read_manifest(template, context, sources, problems)
        _check_name(manifest, environment, problems)
        roles = _read_roles(manifest, environment, sources, problems)
        needs = find_needs(manifest, roles, problems, environment)
        registries.check_registries(environment, manifest, roles, problems)
        instances = _place(manifest, roles, environment, lock, problems)
        edges = connect(instances, needs, manifest, problems)
        if parameters.sound:
            check_ports(instances, environment, manifest, problems)
        if problems:
            raise ProductError(problems)
    except ProductError as error:
        told = [problem for problem in error.problems if not parameters.blames_stand_in(problem)]
        raise ProductError(told) from None
    checkout = sources.checkout() if environment.artifacts == "checkout" else None
    document, ordered = _document(manifest, environment, lock, instances, edges, checkout)
    return Resolved(document, environment, ordered)


def _context(environment: Environment, parameters: Parameters, release: Release) -> dict[str, Any]:
    written = environment.document.value
    return {
        "parameters": parameters.values,
        "machines": written.get("machines", {}),
        "clusters": written.get("clusters", {}),
        "release": {"version": release.version, "components": release.components},
        "environment": {"name": environment.name, "artifacts": environment.artifacts},
    }


def _check_name(manifest: Manifest, environment: Environment, problems: list[Problem]) -> None:
    if manifest.product not in ("", environment.product):
        what = (
            f"the product calls itself `{manifest.product}`, its folder is `{environment.product}`"
        )
        cure = f"write `{environment.product}`"
        where = manifest.document.where("product")
        problems.append(Problem(where, what, cure, key="product"))


def _read_roles(
    manifest: Manifest, environment: Environment, sources: Sources, problems: list[Problem]
) -> dict[str, Role | None]:
    """The role of each component; None where it is not there or not sound."""
    files: dict[str, RoleFiles | None] = {}
    read: dict[str, Role | None] = {}
    for component in manifest.components.values():
        name = component.role
        if name not in files:
            files[name] = found = sources.role(name, environment.roles_path)
            read[name] = read_role(found, sources, problems) if found and found.is_whole else None
        known = files[name]
        if known is None or not known.is_whole:
            problems.append(_no_role(component, known, manifest, environment, sources))
        elif role := read[name]:
            _check_component(component, role, manifest, problems)
    return {component.name: read[component.role] for component in manifest.components.values()}


def _no_role(
    component: Component,
    files: RoleFiles | None,
    manifest: Manifest,
    environment: Environment,
    sources: Sources,
) -> Problem:
    # Where the component does not name a role, its own name is what is wrong.
    path = ("role",) if component.role != component.name else ()
    if files:
        what = f"the role `{component.role}` has no {files.meta.name}"
        cure = "add the file with description, drivers and readiness, or name another role"
    else:
        what = f"there is no role `{component.role}`"
        cure = choose(component.role, sources.roles(environment.roles_path), "roles")
    return manifest.problem(component.name, path, what, cure)


def _check_component(
    component: Component, role: Role, manifest: Manifest, problems: list[Problem]
) -> None:
    if manifest.tiers and component.tier not in manifest.tiers:
        what = f"there is no tier `{component.tier}`"
        cure = choose(component.tier, manifest.tiers, "tiers")
        problems.append(manifest.problem(component.name, ("tier",), what, cure))
    if role.variables is None:
        return
    for name in component.vars:
        if name not in role.variables:
            what = f"the role {role.name} has no variable `{name}`"
            cure = choose(name, sorted(role.variables), "variables of this role")
            problems.append(manifest.problem(component.name, ("vars", name), what, cure))


def _place(
    manifest: Manifest,
    roles: Mapping[str, Role | None],
    environment: Environment,
    release: Release,
    problems: list[Problem],
) -> list[Instance]:
    """All instances, in order of tiers, then as they are written."""
    instances: list[Instance] = []
    for name in manifest.names:
        component = manifest.components.get(name)
        if component and not component.when:
            continue
        check_locked(release, name, environment.artifacts, problems)
        if component is None:
            continue
        role = roles[component.name]
        if role:
            instances += place(component, role, manifest, environment, problems)
    position = {tier: index for index, tier in enumerate(manifest.tiers)}
    last = len(position)
    return sorted(instances, key=lambda instance: position.get(instance.component.tier, last))


def _document(
    manifest: Manifest,
    environment: Environment,
    release: Release,
    instances: list[Instance],
    edges: Edges,
    checkout: Commit | None,
) -> tuple[dict[str, Any], tuple[Instance, ...]]:
    named = {instance.name: instance for instance in instances}
    names = graph.order(list(named), edges)
    schedule = environment.schedule or manifest.schedule
    tiers: dict[str, list[str]] = {}
    for name in names:
        tiers.setdefault(named[name].component.tier, []).append(name)
    before = dict(zip(tiers, [None, *tiers], strict=False)) if schedule == "tiers" else {}
    position = {name: index for index, name in enumerate(names)}
    document = {
        "product": manifest.product,
        "release": release.version,
        "environment": environment.name,
        "schedule": schedule,
        "tiers": [{"name": tier, "instances": members} for tier, members in tiers.items()],
        "secrets": {
            instance.component.name: dict(instance.role.secrets)
            for instance in instances
            if instance.role.secrets
        }
        | registries.declared(environment),
        "instances": [
            _instance(named[name], release, before, edges[name], position)
            | {"vars": _variables(named[name], environment)}
            | _made_from(named[name], release, environment, checkout)
            for name in names
        ],
    }
    return document, tuple(named[name] for name in names)


def _made_from(
    instance: Instance, release: Release, environment: Environment, checkout: Commit | None
) -> dict[str, Any]:
    """Source and files: the lock's, but what is built from the checkout is that commit's."""
    locked = locked_for(release, instance.component.name, instance.driver)
    if environment.artifacts != "checkout" or not instance.role.sources:
        return {"source": locked["source"], "files": locked["files"]}
    source = dict(locked["source"])
    if checkout is not None:
        source |= {"tag": None, "commit": checkout.commit, "modified": checkout.modified}
    return {"source": source, "files": []}


def _instance(
    instance: Instance,
    release: Release,
    before: Mapping[str, str | None],
    needs: Mapping[str, list[str]],
    position: Mapping[str, int],
) -> dict[str, Any]:
    component = instance.component
    locked = locked_for(release, component.name, instance.driver)
    return {
        "name": instance.name,
        "component": component.name,
        "role": instance.role.name,
        "driver": instance.driver,
        "tier": component.tier,
        "machine": instance.machine,
        "cluster": instance.cluster,
        "namespace": component.namespace,
        "version": locked["version"],
        "images": locked["images"],
        "needs": [
            {"instance": name, "reasons": needs[name]}
            for name in sorted(needs, key=position.__getitem__)
        ],
        "after_tier": before.get(component.tier),
        "on_failure": component.on_failure,
        "ports": ports_of(instance),
    }


def _variables(instance: Instance, environment: Environment) -> dict[str, Any]:
    """The role's, and on a cluster how to sign in to the environment's registries."""
    more = registries.variables(environment) if instance.driver == "kubernetes" else {}
    return {**instance.component.vars, **more}
