"""One cluster as verbs on objects: get, list, apply, create, replace, delete, watch, logs.

Objects are plain JSON. May be used by several threads.
"""

from __future__ import annotations

import builtins
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import quote

from . import access
from .discovery import Discovery, Resource
from .explain import explain
from .identity import Manifest, ObjectKey, key_of
from .problem import NotFound
from .transport import CONNECTIONS, Opened, Transport

FIELD_MANAGER = "stratum"
APPLY = "application/apply-patch+yaml"  # JSON is YAML
MERGE = "application/merge-patch+json"
METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
Labels = Mapping[str, str]
T = TypeVar("T")
R = TypeVar("R")


class Cluster:
    """One API server, one account."""

    def __init__(
        self, kubeconfig: str | None = None, context: str | None = None, server: str | None = None
    ) -> None:
        """`server` takes the place of the kubeconfig's, where another one of the cluster lives."""

        def read() -> access.Access:
            found = access.read(kubeconfig, context)
            return replace(found, server=server.rstrip("/")) if server else found

        self._transport = Transport(read(), read)
        self.discovery = Discovery(self._transport)
        self._threads: ThreadPoolExecutor | None = None

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the threads and close the connections."""
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)
        self._transport.close()

    @property
    def server(self) -> str:
        """The API server's address."""
        return self._transport.server

    def now(self) -> float:
        """The API server's time, in seconds since the epoch."""
        return self._transport.now()

    def version(self) -> str:
        """The API server's version, `v1.36.3`."""
        answer = json.loads(self._transport.request("GET", "/version", "/version"))
        return str(answer["gitVersion"])

    def namespaced(self, api_version: str, kind: str) -> bool:
        """Whether objects of a kind live in namespaces."""
        return self._resource(api_version, kind).namespaced

    def get(self, key: ObjectKey) -> Manifest | None:
        """The object, or None."""
        try:
            return self._json("GET", self._path(key), str(key))
        except NotFound:
            return None

    def list(
        self,
        api_version: str,
        kind: str,
        namespace: str | None = None,
        labels: Labels | None = None,
        fields: Labels | None = None,
        only_metadata: bool = False,
    ) -> tuple[builtins.list[Manifest], str]:
        """The objects of a kind, and the resourceVersion to watch from."""
        answer = self._json(
            "GET",
            self._folder(api_version, kind, namespace),
            _plural(kind, namespace),
            query=_selectors(labels, fields),
            accept=METADATA if only_metadata else "application/json",
        )
        about = {"apiVersion": api_version, "kind": kind}
        items = [{**item, **about} for item in answer.get("items") or []]
        return items, answer["metadata"].get("resourceVersion", "")

    def apply(self, manifest: Manifest, *, dry_run: bool = False, force: bool = False) -> Manifest:
        """Server-side apply; gives the object as it is then, or in a dry run would be."""
        query = {"fieldManager": FIELD_MANAGER, "force": "true" if force else "false"}
        if dry_run:
            query["dryRun"] = "All"
        return self._send("PATCH", manifest, query=query, content_type=APPLY)

    def create(self, manifest: Manifest) -> Manifest:
        """A new object; an answer that was lost is not asked for again."""
        key = key_of(manifest)
        return self._json(
            "POST",
            self._folder(key.api_version, key.kind, key.namespace),
            str(key),
            query={"fieldManager": FIELD_MANAGER},
            body=manifest,
            kind=key.kind,
            repeatable=False,
        )

    def replace(self, manifest: Manifest) -> Manifest:
        """Put the object; with its resourceVersion only if nobody else changed it since."""
        return self._send("PUT", manifest, query={"fieldManager": FIELD_MANAGER})

    def merge(self, key: ObjectKey, change: Manifest) -> Manifest:
        """Merge a change into an object (JSON merge patch)."""
        return self._json(
            "PATCH",
            self._path(key),
            str(key),
            query={"fieldManager": FIELD_MANAGER},
            body=change,
            content_type=MERGE,
            kind=key.kind,
        )

    def delete(
        self, key: ObjectKey, *, propagation: str = "Background", uid: str | None = None
    ) -> None:
        """Ask for its deletion; with `uid` only if it is still that one. Gone already is fine."""
        body: Manifest = {"kind": "DeleteOptions", "apiVersion": "v1"}
        body["propagationPolicy"] = propagation
        if uid:
            body["preconditions"] = {"uid": uid}
        try:
            self._transport.request("DELETE", self._path(key), str(key), body=body)
        except NotFound:
            return

    def evict(self, namespace: str, name: str) -> None:
        """Ask for a pod's eviction, as its disruption budget allows. Gone already is fine.

        Raises:
            KubeError: the budget does not allow it now.
        """
        key = ObjectKey("v1", "Pod", namespace, name)
        body = {
            "apiVersion": "policy/v1",
            "kind": "Eviction",
            "metadata": {"name": name, "namespace": namespace},
        }
        try:
            self._transport.request("POST", f"{self._path(key)}/eviction", str(key), body=body)
        except NotFound:
            return

    def watch(
        self,
        api_version: str,
        kind: str,
        namespace: str | None,
        resource_version: str,
        timeout_seconds: float,
        labels: Labels | None = None,
        fields: Labels | None = None,
        opened: Opened | None = None,
    ) -> Iterator[tuple[str, Manifest]]:
        """Events (`ADDED`, `MODIFIED`, `DELETED`, `BOOKMARK`) until the time is over.

        `opened` gets a function by which another thread ends the watch, as a lost connection.

        Raises:
            ConnectionLost: the stream ended early; the caller lists again.
            Expired: the resourceVersion is too old; the caller lists again.
        """
        seconds = max(1, int(timeout_seconds))
        query = {
            **_selectors(labels, fields),
            "watch": "true",
            "allowWatchBookmarks": "true",
            "resourceVersion": resource_version,
            "timeoutSeconds": str(seconds),
        }
        path, where = self._folder(api_version, kind, namespace), _plural(kind, namespace)
        for event in self._transport.lines(path, where, query, seconds, opened):
            found = event["object"]
            if event["type"] == "ERROR":
                raise explain(int(found.get("code", 500)), json.dumps(found).encode(), where)
            yield event["type"], found

    def pod_log(
        self, namespace: str, pod: str, container: str, lines: int = 20, previous: bool = False
    ) -> str:
        """The last lines of a container's log; `previous` of the one that ran before."""
        query = {"container": container, "tailLines": str(lines)}
        if previous:
            query["previous"] = "true"
        path = f"/api/v1/namespaces/{quote(namespace)}/pods/{quote(pod)}/log"
        answer = self._transport.request(
            "GET", path, f"log of {namespace}/{pod}", query=query, accept="*/*"
        )
        return answer.decode(errors="replace")

    def parallel(self, work: Callable[[T], R], items: Sequence[T]) -> builtins.list[R]:
        """`work` on each, over several connections; results in order, the first error raised."""
        if len(items) < 2:
            return [work(item) for item in items]
        if self._threads is None:
            self._threads = ThreadPoolExecutor(CONNECTIONS, "kube")
        return list(self._threads.map(work, items))

    def _send(
        self, method: str, manifest: Manifest, query: dict[str, str], **options: str
    ) -> Manifest:
        key = key_of(manifest)
        path = self._path(key)
        return self._json(
            method, path, str(key), query=query, body=manifest, kind=key.kind, **options
        )

    def _json(self, method: str, path: str, where: str, **options: Any) -> Manifest:  # noqa: ANN401
        found: Manifest = json.loads(self._transport.request(method, path, where, **options))
        return found

    def _resource(self, api_version: str, kind: str) -> Resource:
        return self.discovery.resource(api_version, kind)

    def _folder(self, api_version: str, kind: str, namespace: str | None) -> str:
        resource = self._resource(api_version, kind)
        root = "/apis/" if "/" in api_version else "/api/"
        inside = f"/namespaces/{quote(namespace)}" if namespace and resource.namespaced else ""
        return f"{root}{api_version}{inside}/{resource.plural}"

    def _path(self, key: ObjectKey) -> str:
        folder = self._folder(key.api_version, key.kind, key.namespace)
        return f"{folder}/{quote(key.name, safe='')}"


def _selectors(labels: Labels | None, fields: Labels | None) -> dict[str, str]:
    query = {}
    if labels:
        query["labelSelector"] = ",".join(f"{key}={value}" for key, value in labels.items())
    if fields:
        query["fieldSelector"] = ",".join(f"{key}={value}" for key, value in fields.items())
    return query


def _plural(kind: str, namespace: str | None) -> str:
    return f"{kind} objects{f' in {namespace}' if namespace else ''}"
