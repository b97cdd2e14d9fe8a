"""A source's object in the form in which it is applied. Pure."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from .document import Source
from .hook import Hook
from .identity import Manifest, ObjectKey, key_of
from .ownership import Owner
from .problem import SourceError

DEFINITION = "CustomResourceDefinition"
# What a Secret of the logins of registries has, and what it is.
LOGIN = ".dockerconfigjson"
LOGIN_TYPE = "kubernetes.io/dockerconfigjson"
Namespaced = Callable[[str, str], bool]


def wanted(sources: Sequence[Source], owner: Owner, namespaced: Namespaced) -> list[Manifest]:
    """The release's objects: labelled, in their namespaces, each once.

    Args:
        sources: what was read.
        owner: the release; its namespace is that of objects that name none.
        namespaced: whether a kind lives in namespaces (`apiVersion`, `kind`), as the API server
            knows it; of kinds that a source defines itself, the source's word counts.

    Raises:
        SourceError: an object is there twice, or a Secret's value is not text.
    """
    defined = _defined(source.manifest for source in sources)
    seen: dict[tuple[str, str, str | None, str], str] = {}
    found = []
    for source in sources:
        manifest = source.manifest
        about = (manifest["apiVersion"], manifest["kind"])
        inside = defined[about] if about in defined else namespaced(*about)
        manifest = owner.owned(_placed(_plain(manifest, source.where), inside, owner))
        key = key_of(manifest)
        if key.identity in seen:
            raise SourceError(
                f"{key} is here twice; the first is at {seen[key.identity]}",
                source.where,
                "take one of the two out",
            )
        seen[key.identity] = source.where
        found.append(manifest)
    return found


def images(manifests: Iterable[Manifest]) -> list[str]:
    """The container images that the objects name."""
    return sorted({image for manifest in manifests for image in _images(manifest)})


def hooked(hooks: Sequence[Hook], owner: Owner, namespaced: Namespaced) -> list[Hook]:
    """The same for hooks: they are labelled and placed as the release's objects."""
    found = []
    for hook in hooks:
        source = Source(hook.manifest, f"hook {hook.key}")
        found.append(replace(hook, manifest=wanted([source], owner, namespaced)[0]))
    return found


def secret_values(manifests: Iterable[Manifest]) -> list[str]:
    """The values of the Secrets, so that nothing else shows them."""
    return [
        hidden
        for manifest in manifests
        if manifest["kind"] == "Secret" and manifest["apiVersion"] == "v1"
        for key, value in (manifest.get("data") or {}).items()
        for hidden in _values(key, base64.b64decode(value).decode(errors="replace"))
    ]


def _values(key: str, text: str) -> Iterable[str]:
    """A value, and of logins also the passwords in it."""
    yield text
    if key == LOGIN:
        # A source's own may be anything.
        with suppress(ValueError, LookupError, TypeError, AttributeError):
            for login in json.loads(text)["auths"].values():
                yield from filter(None, map(login.get, ("password", "auth")))


def _defined(manifests: Iterable[Manifest]) -> dict[tuple[str, str], bool]:
    """The kinds that the objects define, and whether they live in namespaces."""
    found: dict[tuple[str, str], bool] = {}
    for manifest in manifests:
        spec = manifest.get("spec")
        if manifest["kind"] == DEFINITION and isinstance(spec, dict):
            kind = str((spec.get("names") or {}).get("kind"))
            for version in spec.get("versions") or []:
                api_version = f"{spec.get('group')}/{version.get('name')}"
                found[(api_version, kind)] = spec.get("scope") == "Namespaced"
    return found


def definition_of(key: ObjectKey, manifests: Iterable[Manifest]) -> bool:
    """Whether one of the objects defines the kind of `key`."""
    return (key.api_version, key.kind) in _defined(manifests)


def _plain(manifest: Manifest, where: str) -> Manifest:
    """Without what is not the source's to say, and a Secret's text as the API server keeps it."""
    metadata = {
        key: value
        for key, value in manifest["metadata"].items()
        if key not in ("creationTimestamp", "managedFields", "resourceVersion", "uid")
        and value is not None
    }
    rest = {key: value for key, value in manifest.items() if key not in ("status", "metadata")}
    plain: Manifest = {**rest, "metadata": metadata}
    if manifest["apiVersion"] == "v1" and manifest["kind"] == "Secret":
        plain = _secret(plain, where)
    return plain


def _secret(manifest: Manifest, where: str) -> Manifest:
    """`stringData` is write-only: a key that leaves it would stay on the cluster for ever."""
    name = manifest["metadata"]["name"]
    data = dict(manifest.get("data") or {})
    for key, value in (manifest.get("stringData") or {}).items():
        if not isinstance(value, str):
            raise SourceError(f"Secret {name}: stringData.{key} is not text", where, "quote it")
        data[key] = base64.b64encode(value.encode()).decode()
    for key, value in data.items():
        if not _is_base64(value):
            raise SourceError(
                f"Secret {name}: data.{key} is not base64", where, "put plain text in `stringData`"
            )
    rest = {key: value for key, value in manifest.items() if key not in ("data", "stringData")}
    return {**rest, "data": data} if data else rest


def _is_base64(value: Any) -> bool:  # noqa: ANN401  (YAML is any value)
    try:
        base64.b64decode(value, validate=True)
    except (ValueError, TypeError):
        return False
    return isinstance(value, str)


def _placed(manifest: Manifest, inside: bool, owner: Owner) -> Manifest:
    metadata = {key: value for key, value in manifest["metadata"].items() if key != "namespace"}
    if inside:
        named = manifest["metadata"].get("namespace")
        metadata["namespace"] = named or owner.namespace
    return {**manifest, "metadata": metadata}


def _images(value: Any) -> Iterable[str]:  # noqa: ANN401  (any value of a JSON object)
    """Of every list of containers, wherever a kind has its pod template."""
    if isinstance(value, list):
        for item in value:
            yield from _images(item)
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        if key in ("containers", "initContainers") and isinstance(inner, list):
            yield from (
                item["image"]
                for item in inner
                if isinstance(item, dict) and isinstance(item.get("image"), str)
            )
        elif isinstance(inner, dict | list):
            yield from _images(inner)
