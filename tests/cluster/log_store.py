"""Loki as tests reach it on the cluster: push, query, and what of its secrets is told openly."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

import httpx

from pods import Pods
from testbed.cluster import Cluster

OPEN_KINDS = "configmaps,services,pods,deployments,statefulsets,daemonsets"


def body(line: str, job: str = "tested") -> dict[str, Any]:
    """A push of one line, now."""
    return {"streams": [{"stream": {"job": job}, "values": [[str(time.time_ns()), line]]}]}


def lines(answer: httpx.Response) -> list[str]:
    """The lines in the answer of a query."""
    answer.raise_for_status()
    streams = answer.json()["data"]["result"]
    return [line for stream in streams for _time, line in stream["values"]]


@dataclass(frozen=True)
class LogStore:
    """The Service `loki` of a namespace."""

    cluster: Cluster
    namespace: str

    @property
    def url(self) -> str:
        return Pods(self.cluster, self.namespace).url("loki")

    def push(self, line: str) -> None:
        httpx.post(f"{self.url}/loki/api/v1/push", json=body(line)).raise_for_status()

    def lines(self, query: str = '{job="tested"}') -> list[str]:
        words = {"query": query}
        return lines(httpx.get(f"{self.url}/loki/api/v1/query_range", params=words))

    def flush(self) -> None:
        """Have the chunks in memory written out."""
        httpx.post(f"{self.url}/flush").raise_for_status()

    def settings(self) -> str:
        """What the running process says that it was told."""
        return httpx.get(f"{self.url}/config").raise_for_status().text


def told_openly(cluster: Cluster, namespace: str) -> str:
    """All that is no Secret: objects with their environments and arguments, and the pods' logs."""
    found = cluster.kubectl("-n", namespace, "get", OPEN_KINDS, "--output=json")
    names = [item["metadata"]["name"] for item in json.loads(found)["items"] if _is_pod(item)]
    words = ("--all-containers", "--tail=-1")
    return found + "".join(cluster.kubectl("-n", namespace, "logs", name, *words) for name in names)


def _is_pod(item: dict[str, Any]) -> bool:
    return bool(item["kind"] == "Pod")
