"""A task's `sources` as objects and hooks, in their order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..artifact import download
from ..artifact.problem import ArtifactError
from . import chart, document
from .connection import Cluster
from .document import Source
from .hook import Hook, hook_of, is_hook
from .ownership import Owner
from .problem import SourceError
from .revision import Revisions

KINDS: Mapping[str, frozenset[str]] = {
    "template": frozenset(),
    "manifest": frozenset(),
    "objects": frozenset(),
    "chart": frozenset({"values", "release", "sha256"}),
    "url": frozenset({"sha256"}),
}
SUFFIXES = (".yml", ".yaml", ".json")
Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Finder:
    """What only Ansible can do: `render` a template's text, `find` a file of the role or play."""

    render: Callable[[str], str]
    find: Callable[[str], str]


@dataclass
class Found:
    """What the sources hold."""

    objects: list[Source] = field(default_factory=list)
    hooks: list[Hook] = field(default_factory=list)


def read(entries: Sequence[Entry], finder: Finder, cluster: Cluster, owner: Owner) -> Found:
    """All objects and hooks of the sources.

    Raises:
        SourceError: a source that is not of one of the forms, or cannot be read.
    """
    found = Found()
    for index, entry in enumerate(entries):
        kind = _kind(entry, f"sources[{index}]")
        if kind == "chart":
            _add_chart(found, entry, finder, cluster, owner)
        else:
            _add(found, _objects(kind, entry, finder, f"sources[{index}]"))
    return found


def _add(found: Found, sources: Sequence[Source]) -> None:
    """Hooks are known by their annotation, whatever they come from; a chart's tests are dropped."""
    found.objects += [source for source in sources if not is_hook(source.manifest)]
    hooks = [hook_of(source.manifest) for source in sources if is_hook(source.manifest)]
    found.hooks += [hook for hook in hooks if hook]


def _kind(entry: Any, where: str) -> str:  # noqa: ANN401  (a task's argument is any value)
    kinds = [kind for kind in KINDS if isinstance(entry, Mapping) and kind in entry]
    if len(kinds) != 1:
        raise SourceError(
            f"it has {len(kinds) or 'none'} of {', '.join(KINDS)}", where, "give exactly one"
        )
    kind = kinds[0]
    unknown = sorted(set(entry) - {kind} - KINDS[kind])
    if unknown:
        allowed = ", ".join(sorted(KINDS[kind])) or "no others"
        raise SourceError(
            f"a {kind} has no {', '.join(unknown)}", where, f"the keys beside `{kind}`: {allowed}"
        )
    if _is_address(entry[kind]) and "sha256" not in entry:
        raise SourceError(f"the {kind} has no sha256", where, "add the file's sha256")
    return kind


def _objects(kind: str, entry: Entry, finder: Finder, where: str) -> list[Source]:
    if kind == "objects":
        if not isinstance(entry["objects"], list):
            raise SourceError("`objects` is not a list", where, "write a list of objects")
        numbered = enumerate(entry["objects"])
        return document.check(Source(item, f"{where}.objects[{n}]") for n, item in numbered)
    if kind == "template":
        return document.load(finder.render(entry["template"]), f"{entry['template']} (rendered)")
    if kind == "url":
        return _file(_fetched(entry["url"], entry["sha256"]), entry["url"])
    path = Path(finder.find(entry["manifest"]))
    if not path.is_dir():
        return _file(path, entry["manifest"])
    files = sorted(p for p in path.rglob("*") if p.suffix in SUFFIXES and p.is_file())
    if not files:
        raise SourceError("the folder has no YAML files", entry["manifest"], "correct the path")
    return [source for p in files for source in _file(p, str(p.relative_to(path.parent)))]


def _file(path: Path, name: str) -> list[Source]:
    try:
        return document.load(path.read_text(encoding="utf-8"), name)
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"it cannot be read: {error}", name, "correct the path") from error


def _fetched(url: str, sha256: str) -> Path:
    try:
        return download.fetch(url, sha256)
    except ArtifactError as error:
        raise SourceError(error.what, error.where, error.cure) from error


def _is_address(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, str) and "://" in value


def _chart_path(entry: Entry, finder: Finder) -> str:
    if _is_address(entry["chart"]):
        return str(_fetched(entry["chart"], entry["sha256"]))
    return finder.find(entry["chart"])


def _add_chart(found: Found, entry: Entry, finder: Finder, cluster: Cluster, owner: Owner) -> None:
    rendered = chart.render(
        _chart_path(entry, finder),
        str(entry.get("release") or owner.name),
        owner.namespace,
        entry.get("values") or {},
        cluster.version(),
        cluster.discovery.api_versions(),
        upgrade=bool(Revisions(cluster, owner).entries()),
    )
    name = f"chart {entry['chart']}"
    found.objects += document.check(Source(item, name) for item in rendered.manifests)
    found.hooks += rendered.hooks
