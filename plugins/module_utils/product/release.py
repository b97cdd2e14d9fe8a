"""The release lock: the single source of versions, commits and digests of one product version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import schema
from .document import Document, read
from .environment import Environment
from .problem import Problem, choose
from .sources import Sources


@dataclass(frozen=True)
class Release:
    """A lock. `usable` is false where its file could not be read as one."""

    document: Document
    version: str
    components: Mapping[str, Mapping[str, Any]]
    usable: bool


def read_release(sources: Sources, environment: Environment, problems: list[Problem]) -> Release:
    """The lock that the environment asks for; faults go to `problems`."""
    product, version = environment.product, environment.release
    file = sources.release(product, version)
    if file.text is None:
        what = f"there is no release {version} of {product}: {file.name} is not there"
        cure = choose(version, sources.releases(product), "releases")
        problems.append(Problem(environment.document.where("release"), what, cure, key="release"))
        return Release(Document(file.name, {}), version, {}, usable=False)
    document = read(file, problems)
    if schema.check(document, sources.schema("release"), problems):
        return Release(document, version, {}, usable=False)
    for key, wanted in (("product", product), ("version", version)):
        if document.value[key] != wanted:
            what = f"the lock is for {key} `{document.value[key]}`, not `{wanted}`"
            cure = f"write `{wanted}`, or move the file"
            problems.append(Problem(document.where(key), what, cure, key=key))
    return Release(document, version, document.value["components"], usable=True)


def locked_for(release: Release, component: str, driver: str) -> Mapping[str, Any]:
    """A component's entry for a driver: another program may do its work on Kubernetes."""
    entry = release.components[component]
    return {**entry, **entry.get("kubernetes", {})} if driver == "kubernetes" else entry


def check_locked(release: Release, component: str, artifacts: str, problems: list[Problem]) -> None:
    """A component must be in the lock, and with its commit once artifacts are taken from it."""
    if not release.usable:
        return
    locked = release.components.get(component)
    if locked is None:
        problems.append(
            Problem(
                release.document.where("components"),
                f"the release {release.version} has no component `{component}`",
                f"add `{component}` with version, source, files and images to the lock",
                component,
            )
        )
    elif locked["source"]["commit"] is None and artifacts == "release":
        path = ("components", component, "source", "commit")
        problems.append(
            Problem(
                release.document.where(*path),
                f"the release {release.version} does not say the commit of `{component}`",
                "cut the release with products/lock.py, or set `artifacts: checkout`",
                component,
                "source.commit",
            )
        )
