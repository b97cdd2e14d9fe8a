"""How to reach a cluster and as whom: a kubeconfig's context as plain values.

Tokens and certificates are read here; other ways to log in (exec plugins, identity providers)
are left to the official client, whose import costs more than a whole run with nothing to do.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from .problem import AccessError

IN_CLUSTER = Path("/var/run/secrets/kubernetes.io/serviceaccount")
DEFAULT = Path("~/.kube/config")
SAFE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # without libyaml there is only the slow one
Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Access:
    """One API server and one account on it. What is secret is not in its printed form."""

    server: str
    where: str  # for messages: the context and its file
    authority: bytes | None = field(default=None, repr=False)
    certificate: bytes | None = field(default=None, repr=False)
    key: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    verify: bool = True
    server_name: str | None = None
    proxy: str | None = None


def read(kubeconfig: str | None = None, context: str | None = None) -> Access:
    """The access that a kubeconfig gives; without one, as kubectl looks for it.

    Args:
        kubeconfig: one path, or several with colons between; None for KUBECONFIG, then
            ~/.kube/config, then the service account of the pod this runs in.
        context: its name; None for the current one.
    """
    said = kubeconfig or os.environ.get("KUBECONFIG") or ""
    named = [Path(part).expanduser() for part in said.split(os.pathsep) if part]
    files = [path for path in named or [DEFAULT.expanduser()] if path.is_file()]
    if not files and not said and "KUBERNETES_SERVICE_HOST" in os.environ:
        return _in_cluster()
    if not files:
        looked = said or str(DEFAULT)
        raise AccessError(
            "there is no kubeconfig",
            looked,
            "give `kubeconfig`, or set KUBECONFIG to the file of your cluster",
        )
    return _of_context(_merged(files), files, context)


def _of_context(config: Entry, files: Sequence[Path], wanted: str | None) -> Access:
    place = ", ".join(map(str, files))
    name = wanted or config.get("current-context")
    if not name:
        raise AccessError("it has no current context", place, "give `context`")
    context = _named(config, "contexts", name, place)["context"]
    cluster = _named(config, "clusters", context.get("cluster", ""), place)["cluster"]
    user: Entry = {}
    if context.get("user"):
        user = _named(config, "users", context["user"], place)["user"] or {}
    where = f"context {name} of {place}"
    if "exec" in user or "auth-provider" in user:
        return _through_the_client(files, name, where)
    return _access(cluster, user, where)


def _access(cluster: Entry, user: Entry, where: str) -> Access:
    if not cluster.get("server"):
        raise AccessError("the cluster has no `server`", where, "add its address")
    return Access(
        server=str(cluster["server"]).rstrip("/"),
        where=where,
        authority=_content(cluster, "certificate-authority", where),
        certificate=_content(user, "client-certificate", where),
        key=_content(user, "client-key", where),
        headers=_headers(user, where),
        verify=not cluster.get("insecure-skip-tls-verify", False),
        server_name=cluster.get("tls-server-name"),
        proxy=cluster.get("proxy-url"),
    )


def _headers(user: Entry, where: str) -> dict[str, str]:
    headers = {}
    token = str(user.get("token") or "")
    if user.get("tokenFile"):
        token = _file(user["tokenFile"], where).decode().strip()
    if token:
        headers["Authorization"] = f"Bearer {token}"
    elif user.get("username"):
        pair = f"{user['username']}:{user.get('password', '')}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    if user.get("as"):
        headers["Impersonate-User"] = str(user["as"])
    return headers


def _content(entry: Entry, key: str, where: str) -> bytes | None:
    data = entry.get(f"{key}-data")
    if data:
        try:
            return base64.b64decode(data, validate=True)
        except binascii.Error as error:
            raise AccessError(
                f"`{key}-data` is not base64 ({error})", where, "write the kubeconfig anew"
            ) from error
    return _file(entry[key], where) if entry.get(key) else None


def _file(path: str, where: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise AccessError(
            f"{path}: {error.strerror}", where, "correct the path, or write the kubeconfig anew"
        ) from error


def _merged(files: Sequence[Path]) -> dict[str, Any]:
    """Several files as one: what an earlier one says wins; paths are relative to their file."""
    merged: dict[str, Any] = {"clusters": [], "users": [], "contexts": []}
    for path in files:
        config = _loaded(path)
        for kind in ("clusters", "users", "contexts"):
            merged[kind] += [_absolute(entry, path.parent) for entry in config.get(kind) or []]
        if config.get("current-context"):
            merged.setdefault("current-context", config["current-context"])
    return merged


def _loaded(path: Path) -> dict[str, Any]:
    try:
        config = yaml.load(path.read_text(encoding="utf-8"), SAFE)  # noqa: S506  (it is safe)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        # A parser's message quotes the text, and the text holds credentials.
        kind = type(error).__name__
        raise AccessError(
            f"it cannot be read ({kind})", str(path), "write the kubeconfig anew"
        ) from None
    if not isinstance(config, dict):
        raise AccessError("it is no kubeconfig", str(path), "write the kubeconfig anew")
    return config


def _absolute(entry: dict[str, Any], folder: Path) -> dict[str, Any]:
    paths = ("certificate-authority", "client-certificate", "client-key", "tokenFile")
    for part in (entry.get("cluster"), entry.get("user")):
        for key in paths:
            if isinstance(part, dict) and part.get(key):
                part[key] = str(folder / part[key])
    return entry


def _named(config: Entry, kind: str, name: str, place: str) -> dict[str, Any]:
    for entry in config[kind]:
        if entry.get("name") == name:
            return dict(entry)
    known = ", ".join(sorted(str(entry.get("name")) for entry in config[kind])) or "none"
    raise AccessError(
        f"there is no {kind[:-1]} {name!r}", place, f"write one of its {kind}: {known}"
    )


def _in_cluster() -> Access:
    host, port = os.environ["KUBERNETES_SERVICE_HOST"], os.environ["KUBERNETES_SERVICE_PORT"]
    address = f"[{host}]" if ":" in host else host
    where = "the service account of this pod"
    token = _file(str(IN_CLUSTER / "token"), where).decode().strip()
    return Access(
        server=f"https://{address}:{port}",
        where=where,
        authority=_file(str(IN_CLUSTER / "ca.crt"), where),
        headers={"Authorization": f"Bearer {token}"},
    )


def _through_the_client(files: Sequence[Path], context: str, where: str) -> Access:
    from kubernetes import client, config
    from kubernetes.config import ConfigException

    found = client.Configuration()
    paths = os.pathsep.join(map(str, files))
    try:
        config.load_kube_config(paths, context, found, persist_config=False)
    except (ConfigException, OSError) as error:
        raise AccessError(
            f"logging in failed: {error}", where, "log in again with your cluster's tool"
        ) from error
    token = found.get_api_key_with_prefix("authorization", "BearerToken")
    return Access(
        server=found.host,
        where=where,
        authority=Path(found.ssl_ca_cert).read_bytes() if found.ssl_ca_cert else None,
        certificate=Path(found.cert_file).read_bytes() if found.cert_file else None,
        key=Path(found.key_file).read_bytes() if found.key_file else None,
        headers={"Authorization": token} if token else {},
        verify=bool(found.verify_ssl),
        server_name=found.tls_server_name,
        proxy=found.proxy,
    )
