"""The environment's registries in a product: whose passwords they are, and who is told of them.

A password is `registries.<name>`, which only the environment's file of secrets can give, or the
secret of a component, as of a registry that the product itself installs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .environment import Environment
from .manifest import Manifest
from .problem import Problem, choose
from .role import Role

NAME = "registries"
VARIABLE = "stratum_registries"


def passwords(environment: Environment) -> tuple[str, ...]:
    """The names behind `registries.`, each once."""
    found = (login.password.partition(".") for login in environment.registries.values())
    return tuple(dict.fromkeys(key for component, _dot, key in found if component == NAME))


def variables(environment: Environment) -> dict[str, Any]:
    """What an instance on Kubernetes is told, beside its own variables."""
    logins = {
        host: {"user": login.user, "password": {"secret": login.password}}
        for host, login in environment.registries.items()
    }
    return {VARIABLE: logins} if logins else {}


def declared(environment: Environment) -> dict[str, dict[str, Any]]:
    """The passwords among the product's secrets; `given`: they are never generated."""
    keys = {key: {"given": True} for key in passwords(environment)}
    return {NAME: keys} if keys else {}


def check_registries(
    environment: Environment,
    manifest: Manifest,
    roles: Mapping[str, Role | None],
    problems: list[Problem],
) -> None:
    """Every password has somebody who gives it, and the name `registries` means one thing."""
    if environment.registries and NAME in manifest.names:
        what = f"the component `{NAME}` has the name of the environment's {NAME}"
        problems.append(manifest.problem(NAME, (), what, "give the component another name"))
    known = [f"{NAME}.{key}" for key in passwords(environment)]
    for component in manifest.components.values():
        role = roles.get(component.name) if component.when else None
        known += [f"{component.name}.{key}" for key in role.secrets] if role else []
    for host, login in environment.registries.items():
        owner = login.password.partition(".")[0]
        if owner in manifest.names and roles.get(owner) is None:
            continue  # what is wrong with it is told already
        if login.password not in known:
            what = f"no component of this product has the secret `{login.password}`"
            cure = f"{choose(login.password, known, 'secrets')}; or write {NAME}.<name>"
        elif login.password.startswith(f"{NAME}.") and environment.secrets is None:
            what = "nobody gives this password: that of a registry is never generated"
            cure = "name a file of secrets, as `secrets: {vault: secrets/production.yml}`"
        else:
            continue
        where = environment.document.where(NAME, host, "password")
        problems.append(Problem(where, what, cure, key=f"{NAME}.{host}.password"))
