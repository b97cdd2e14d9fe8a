"""The resolved product as an Ansible inventory: one host an instance, in topological order."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from . import registries
from .digest import combined
from .environment import Machine
from .folder import Folder
from .manifest import references
from .placement import Instance
from .resolver import Resolved


@dataclass(frozen=True)
class Host:
    """An instance as Ansible sees it.

    Attributes:
        name: the instance's.
        groups: the first one is its tier.
        variables: what is known of it now.
        late: names of its role's variables that need outputs or secrets: known once what it
            needs is ready.
    """

    name: str
    groups: tuple[str, ...]
    variables: Mapping[str, Any]
    late: tuple[str, ...] = ()


def group_variables(resolved: Resolved, folder: Folder) -> dict[str, Any]:
    """The variables of the group `all`."""
    product = {key: value for key, value in resolved.document.items() if key != "instances"}
    sources = {name for instance in resolved.instances for name in _sources(resolved, instance)}
    return {
        "stratum_product": product,
        "stratum_project_dir": str(folder.project),
        "stratum_state_dir": os.path.normpath(folder.project / resolved.environment.state_dir),
        "stratum_source_digests": {name: folder.source_digest(name) for name in sorted(sources)},
        **_secrets_file(resolved, folder),
    }


def _secrets_file(resolved: Resolved, folder: Folder) -> dict[str, Any]:
    """Where secrets are given, if they are; never one of them."""
    given = resolved.environment.secrets
    if given is None:
        return {}
    path = os.path.normpath(folder.project / Path(given.file).expanduser())
    found = {"kind": given.kind, "name": given.file, "path": path, "missing": given.missing}
    return {"stratum_secrets_file": found}


def hosts(resolved: Resolved, folder: Folder, python: str) -> Iterator[Host]:
    """One host an instance, in topological order; the first of its groups is its tier.

    Args:
        resolved: the product.
        folder: where its roles and sources are.
        python: the interpreter of the controller, used where the connection is local.
    """
    roles_path = resolved.environment.roles_path
    source_digest = cache(folder.source_digest)
    chart_digest = cache(lambda name: folder.source_digest(f"charts/{name}"))
    role_digest = cache(lambda name: folder.role_digest(name, roles_path))
    shared = [(f"role {name}", role_digest(name)) for name in folder.shared_roles()]
    for instance, entry in zip(resolved.instances, resolved.document["instances"], strict=True):
        parts = [("role", role_digest(instance.role.name)), *shared]
        parts += [(f"source {name}", source_digest(name)) for name in _sources(resolved, instance)]
        parts += [(f"chart {name}", chart_digest(name)) for name in _charts(instance)]
        parts += [(f"file {path}", folder.file_digest(path)) for path in _files(instance)]
        late = {str(found.path[1]) for found in references(instance.component)}
        late |= entry["vars"].keys() & {registries.VARIABLE}
        yield Host(
            name=instance.name,
            groups=tuple(_groups(instance)),
            variables={
                **_connection(resolved, instance, folder, python),
                "stratum_instance": entry,
                "stratum_role_path": str(folder.role_path(instance.role.name, roles_path)),
                "stratum_role_digest": combined(parts),
                **{name: value for name, value in entry["vars"].items() if name not in late},
            },
            late=tuple(sorted(late)),
        )


def _sources(resolved: Resolved, instance: Instance) -> tuple[str, ...]:
    return instance.role.sources if resolved.environment.artifacts == "checkout" else ()


def _charts(instance: Instance) -> tuple[str, ...]:
    return instance.role.charts if instance.driver == "kubernetes" else ()


def _files(instance: Instance) -> Iterator[str]:
    """The files and folders of the project that the instance's variables name."""
    for variable in instance.role.files:
        yield from _paths(instance.component.vars.get(variable))


def _paths(value: Any) -> Iterator[str]:  # noqa: ANN401  (a variable is any value)
    """A path, a list of paths, or a release's sources; an address has a digest of its own."""
    if isinstance(value, str) and value and "://" not in value:
        yield value
    elif isinstance(value, Mapping):
        for kind in ("manifest", "template", "chart"):
            yield from _paths(value.get(kind))
    elif isinstance(value, list):
        for item in value:
            yield from _paths(item)


def _groups(instance: Instance) -> Iterator[str]:
    yield f"tier_{instance.component.tier}"
    yield f"component_{instance.component.name}"
    if instance.machine:
        # Ansible allows only letters, digits and `_` in the name of a group.
        yield "machine_" + re.sub(r"[^A-Za-z0-9_]", "_", instance.machine)


def _connection(
    resolved: Resolved, instance: Instance, folder: Folder, python: str
) -> dict[str, Any]:
    """How Ansible reaches the place; Kubernetes is reached from the controller itself."""
    if instance.machine is None:
        described = resolved.environment.clusters[instance.cluster or ""]
        cluster = {key: described[key] for key in ("kubeconfig", "context") if key in described}
        if "kubeconfig" in cluster:
            path = Path(cluster["kubeconfig"]).expanduser()
            cluster["kubeconfig"] = os.path.normpath(folder.project / path)
        return {
            "ansible_connection": "local",
            "ansible_python_interpreter": python,
            "stratum_cluster": cluster,
        }
    machine = resolved.environment.machines[instance.machine]
    return {
        **_address(machine, python),
        "stratum_service_manager": machine.service_manager,
        **(machine.vars or {}),
    }


def _address(machine: Machine, python: str) -> dict[str, Any]:
    known = {
        "ansible_connection": machine.connection,
        "ansible_host": machine.address,
        "ansible_port": machine.port,
        "ansible_user": machine.user,
        "ansible_python_interpreter": python if machine.connection == "local" else None,
    }
    return {key: value for key, value in known.items() if value is not None}
