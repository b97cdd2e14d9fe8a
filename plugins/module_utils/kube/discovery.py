"""Which kinds an API server serves: asked once, then kept in the user's cache."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .problem import UnknownKind
from .transport import Transport

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
FORMAT = 1
Json = dict[str, Any]


@dataclass(frozen=True)
class Resource:
    """Where the objects of a kind are: the last part of their address, and whether in namespaces.

    `verbs` say what the API server can do with them.
    """

    plural: str
    namespaced: bool
    verbs: tuple[str, ...] = ()


class Discovery:
    """The kinds of one API server. What is not known is asked for again, once."""

    def __init__(self, transport: Transport, folder: Path | None = None) -> None:
        self._transport = transport
        name = hashlib.sha256(f"{FORMAT} {transport.server}".encode()).hexdigest()[:32]
        self._file = (folder or _folder()) / f"{name}.json"
        self._lock = threading.Lock()
        self._kinds = self._kept()
        self._fresh = False

    def resource(self, api_version: str, kind: str) -> Resource:
        """Where a kind's objects are.

        Raises:
            UnknownKind: the API server does not serve it.
        """
        found = self._kinds.get(_key(api_version, kind))
        if found is None:
            self.refresh()
            found = self._kinds.get(_key(api_version, kind))
        if found is None:
            raise UnknownKind(
                f"the API server serves no {kind} of {api_version}",
                self._transport.server,
                "install what defines it first, or correct apiVersion and kind",
            )
        return found

    def refresh(self, again: bool = False) -> None:
        """Ask the API server; only the first time, unless `again` (a CRD was just installed)."""
        with self._lock:
            if self._fresh and not again:
                return
            kinds: dict[str, Resource] = {}
            for path in ("/api", "/apis"):
                kinds.update(self._asked(path))
            self._kinds, self._fresh = kinds, True
            self._keep()

    def api_versions(self) -> list[str]:
        """As `helm template --api-versions` takes them: `apps/v1` and `apps/v1/Deployment`."""
        self.refresh()
        kinds = {key.replace(" ", "/") for key in self._kinds}
        return sorted(kinds | {key.partition(" ")[0] for key in self._kinds})

    def _asked(self, path: str) -> dict[str, Resource]:
        answer = json.loads(self._transport.request("GET", path, path, accept=AGGREGATED))
        found = {}
        for group in answer.get("items", []):
            name = group["metadata"].get("name", "")
            for version in group.get("versions", []):
                api_version = f"{name}/{version['version']}" if name else version["version"]
                for entry in version.get("resources", []):
                    found[_key(api_version, entry["responseKind"]["kind"])] = Resource(
                        entry["resource"], entry["scope"] == "Namespaced", tuple(entry["verbs"])
                    )
        return found

    def _kept(self) -> dict[str, Resource]:
        try:
            kept: Mapping[str, Any] = json.loads(self._file.read_text(encoding="utf-8"))
            return {key: Resource(p, n, tuple(v)) for key, (p, n, v) in kept.items()}
        except (OSError, ValueError, TypeError):
            return {}  # a cache: it is asked for anew

    def _keep(self) -> None:
        kinds = {key: (r.plural, r.namespaced, r.verbs) for key, r in self._kinds.items()}
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._file.parent)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(kinds, file)
            Path(name).replace(self._file)
        except OSError:
            return  # without a place for the cache the next run asks again


def _folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "stratum" / "discovery"


def _key(api_version: str, kind: str) -> str:
    return f"{api_version} {kind}"
