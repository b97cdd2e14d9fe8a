"""Pods that pull from registries with a login: a Secret beside them, and its name in them. Pure.

A release's Secret holds only the logins that images of its own pods need. Hooks run before the
release's objects are there, so theirs is a hook too, gone again when they have ended.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .document import Source
from .hook import BEFORE, EVENTS, POLICIES, SUCCEEDED, WEIGHT, Hook, hook_of
from .identity import Manifest
from .normal import LOGIN, LOGIN_TYPE, images
from .ownership import Owner
from .problem import SourceError

DOCKER_HUB = "docker.io"
# Under which name kubelet looks for the login of Docker Hub.
DOCKER_HUB_ENTRY = "https://index.docker.io/v1/"
TEMPLATE = ("spec", "template", "spec")
PODS: Mapping[str, tuple[str, ...]] = {
    "Pod": ("spec",),
    "CronJob": ("spec", "jobTemplate", *TEMPLATE),
    **dict.fromkeys(
        ("DaemonSet", "Deployment", "Job", "ReplicaSet", "ReplicationController", "StatefulSet"),
        TEMPLATE,
    ),
}
APIS = ("v1", "apps/v1", "batch/v1")
Logins = Mapping[str, Mapping[str, str]]


def logins(given: Any) -> Logins:  # noqa: ANN401  (a task's argument is any value)
    """The registries of a task: `{host: {user: …, password: …}}`. No message holds a value.

    Raises:
        SourceError: what they are given as is something else.
    """
    cure = "write {registry.example.org: {user: puller, password: …}}"
    if not isinstance(given, Mapping):
        raise SourceError("it is not a map", "registries", cure)
    for host, login in given.items():
        if not isinstance(login, Mapping) or set(login) != {"user", "password"}:
            raise SourceError("it has not exactly user and password", f"registries.{host}", cure)
        for key, value in login.items():
            if not isinstance(value, str) or not value:
                raise SourceError("it is no text, or empty", f"registries.{host}.{key}", cure)
    return given


def sign_in(sources: Sequence[Source], owner: Owner, known: Logins) -> list[Source]:
    """The objects, those with pods of such images with the Secret's name, and the Secrets."""
    name = f"{owner.name}-registries"
    needed = _needed((source.manifest for source in sources), owner, known)
    found = [replace(s, manifest=_naming(s.manifest, name, known)) for s in sources]
    where = f"the logins of release {owner}"
    return found + [
        Source(_secret(name, space, hosts, known), where) for space, hosts in needed.items()
    ]


def sign_in_hooks(hooks: Sequence[Hook], owner: Owner, known: Logins) -> list[Hook]:
    """The same for hooks; their Secrets come before the first of them at each event."""
    name = f"{owner.name}-hook-registries"
    needed = _needed((hook.manifest for hook in hooks), owner, known)
    found = [replace(hook, manifest=_naming(hook.manifest, name, known)) for hook in hooks]
    if not needed:
        return found
    annotations = {
        EVENTS: ",".join(sorted({event for hook in hooks for event in hook.events})),
        WEIGHT: str(min(hook.weight for hook in hooks)),
        POLICIES: f"{BEFORE},{SUCCEEDED}",
    }
    secrets = (_secret(name, space, hosts, known, annotations) for space, hosts in needed.items())
    return [*found, *(hook for secret in secrets if (hook := hook_of(secret)))]


def _needed(manifests: Iterable[Manifest], owner: Owner, known: Logins) -> dict[str, list[str]]:
    """Per namespace the registries that its pods' images come from."""
    found: dict[str, set[str]] = {}
    for manifest in manifests:
        hosts = _hosts(manifest, known)
        if hosts:
            namespace = manifest["metadata"].get("namespace") or owner.namespace
            found.setdefault(namespace, set()).update(hosts)
    return {namespace: sorted(hosts) for namespace, hosts in sorted(found.items())}


def _hosts(manifest: Manifest, known: Logins) -> list[str]:
    pulled = images([{"spec": _pod(manifest)}])
    return [host for host in known if any(_is_of(image, host) for image in pulled)]


def _pod(manifest: Manifest) -> Any:  # noqa: ANN401  (any value of a JSON object)
    """The specification of the object's pods, if it has any; a custom resource has its own ways."""
    if manifest["kind"] not in PODS or manifest["apiVersion"] not in APIS:
        return None
    found: Any = manifest
    for step in PODS[manifest["kind"]]:
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _is_of(image: str, host: str) -> bool:
    """Whether an image is of a registry, or of the path of one."""
    name = image.partition("@")[0]
    first, slash, rest = name.partition("/")
    if not slash or not (set(first) & set(".:") or first == "localhost"):
        first, rest = DOCKER_HUB, name if slash else f"library/{name}"
    return f"{first}/{rest.partition(':')[0]}/".startswith(f"{host}/")


def _naming(manifest: Manifest, name: str, known: Logins) -> Manifest:
    if not _hosts(manifest, known):
        return manifest
    return _with_login(manifest, PODS[manifest["kind"]], name)


def _with_login(value: Manifest, path: Sequence[str], name: str) -> Manifest:
    """A copy of the object with the Secret's name where its pods have theirs."""
    if path:
        return {**value, path[0]: _with_login(value[path[0]], path[1:], name)}
    named = value.get("imagePullSecrets") or []
    return {**value, "imagePullSecrets": [*named, {"name": name}]}


def _secret(
    name: str,
    namespace: str,
    hosts: Iterable[str],
    known: Logins,
    annotations: Mapping[str, str] | None = None,
) -> Manifest:
    auths = {}
    for host in hosts:
        user, password = known[host]["user"], known[host]["password"]
        auth = base64.b64encode(f"{user}:{password}".encode()).decode()
        entry = DOCKER_HUB_ENTRY if host == DOCKER_HUB else host
        auths[entry] = {"username": user, "password": password, "auth": auth}
    content = json.dumps({"auths": auths}, sort_keys=True)
    metadata: Manifest = {"name": name, "namespace": namespace}
    if annotations:
        metadata["annotations"] = dict(annotations)
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": LOGIN_TYPE,
        "metadata": metadata,
        "data": {LOGIN: base64.b64encode(content.encode()).decode()},
    }
