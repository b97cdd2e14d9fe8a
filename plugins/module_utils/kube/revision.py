"""The revisions of a release: Secrets in its namespace, from which it can be rolled back.

A revision is written before its objects are applied, so that whatever a run leaves behind when it
dies is known to the next one.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .connection import Cluster
from .identity import Manifest, ObjectKey, key_of
from .ownership import MANAGED_BY, Owner
from .problem import AlreadyExists, KubeError, NotFound, Outdated

TYPE = "stratum.platform/release"
OF = "stratum.platform/revision-of"
NUMBER = "stratum.platform/revision"
PART = "stratum.platform/part"
RESULT = "stratum.platform/result"
DIGEST = "stratum.platform/digest"
APPLIED, OK, FAILED = "applied", "ok", "failed"
PART_BYTES = 900_000  # a Secret holds 1 MiB


@dataclass(frozen=True)
class Entry:
    """What a list of revisions tells of each."""

    number: int
    result: str
    digest: str


@dataclass(frozen=True)
class Revision:
    """What a release was to be at one time, and what became of it."""

    number: int
    manifests: list[Manifest]
    hooks: list[dict[str, Any]] = field(default_factory=list)
    rules: list[dict[str, Any]] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    started_at: str = ""
    rolled_back_to: int | None = None
    result: str = APPLIED
    ended_at: str = ""
    reason: str = ""
    fingerprints: dict[str, str] = field(default_factory=dict)  # by the object's words

    @property
    def keys(self) -> list[ObjectKey]:
        """Its objects."""
        return [key_of(manifest) for manifest in self.manifests]

    @property
    def digest(self) -> str:
        """The same for the same content."""
        content = [sorted(self.manifests, key=key_of), self.hooks, self.rules]
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


class Revisions:
    """The revisions of one release, on its cluster."""

    def __init__(self, cluster: Cluster, owner: Owner) -> None:
        self._cluster = cluster
        self._owner = owner

    def entries(self) -> list[Entry]:
        """All that are kept, oldest first."""
        found, _ = self._cluster.list(
            "v1", "Secret", self._owner.namespace, {OF: self._owner.name}, only_metadata=True
        )
        entries = []
        for item in found:
            labels = item["metadata"].get("labels") or {}
            notes = item["metadata"].get("annotations") or {}
            if labels.get(PART) == "1":
                number = int(labels[NUMBER])
                entries.append(Entry(number, notes.get(RESULT, APPLIED), notes.get(DIGEST, "")))
        return sorted(entries, key=lambda entry: entry.number)

    def read(self, number: int) -> Revision:
        """One revision.

        Raises:
            KubeError: it is not there, or not whole.
        """
        first = self._cluster.get(self._key(number, 1))
        if first is None:
            raise self._broken(number, "does not exist")
        data = first["data"]
        packed = [base64.b64decode(data["release"])]
        for part in range(2, int(data_text(data, "parts")) + 1):
            found = self._cluster.get(self._key(number, part))
            if found is None:
                raise self._broken(number, f"is not whole: its part {part} is missing")
            packed.append(base64.b64decode(found["data"]["release"]))
        content = json.loads(gzip.decompress(b"".join(packed)))
        outcome = json.loads(data_text(data, "outcome")) if "outcome" in data else {}
        return Revision(number=number, **content, **outcome)

    def begin(self, revision: Revision) -> None:
        """Write a new revision, not yet with a result."""
        kept = ("manifests", "hooks", "rules", "images", "started_at", "rolled_back_to")
        content = {key: getattr(revision, key) for key in kept}
        packed = gzip.compress(json.dumps(content).encode(), compresslevel=6, mtime=0)
        parts = [packed[at : at + PART_BYTES] for at in range(0, len(packed), PART_BYTES)]
        # The first part is written last: where it is, the revision is whole.
        for part in range(len(parts), 0, -1):
            self._write(self._secret(revision, part, parts[part - 1], len(parts)))

    def finish(
        self, number: int, result: str, ended_at: str, reason: str, fingerprints: dict[str, str]
    ) -> None:
        """Note what became of a revision."""
        outcome = {
            "result": result,
            "ended_at": ended_at,
            "reason": reason,
            "fingerprints": fingerprints,
        }
        change = {
            "metadata": {"annotations": {RESULT: result}},
            "data": {"outcome": base64.b64encode(json.dumps(outcome).encode()).decode()},
        }
        self._cluster.merge(self._key(number, 1), change)

    def drop(self, numbers: Sequence[int]) -> None:
        """Delete revisions with all of their parts."""
        if not numbers:
            return
        found, _ = self._cluster.list(
            "v1", "Secret", self._owner.namespace, {OF: self._owner.name}, only_metadata=True
        )
        doomed = [i for i in found if int(i["metadata"]["labels"][NUMBER]) in numbers]
        self._cluster.parallel(lambda item: self._cluster.delete(key_of(item)), doomed)

    def _write(self, secret: Manifest) -> None:
        try:
            self._cluster.create(secret)
        except AlreadyExists as error:
            # Left by a run that died while writing, or made by a request whose answer was lost.
            found = self._cluster.get(key_of(secret))
            notes = found["metadata"].get("annotations") or {} if found else {}
            if notes.get(RESULT, APPLIED) != APPLIED:
                number = secret["metadata"]["labels"][NUMBER]
                raise Outdated(
                    f"revision {number} was written by another run",
                    f"release {self._owner}",
                    "run again",
                ) from error
            self._cluster.replace(secret)

    def _secret(self, revision: Revision, part: int, packed: bytes, parts: int) -> Manifest:
        key = self._key(revision.number, part)
        data = {"release": packed, "parts": str(parts).encode()}
        notes = {RESULT: revision.result, DIGEST: revision.digest} if part == 1 else {}
        return {
            "apiVersion": "v1",
            "kind": "Secret",
            "type": TYPE,
            "metadata": {
                "name": key.name,
                "namespace": key.namespace,
                "annotations": notes,
                "labels": {
                    MANAGED_BY: "stratum",
                    OF: self._owner.name,
                    NUMBER: str(revision.number),
                    PART: str(part),
                },
            },
            "data": {name: base64.b64encode(value).decode() for name, value in data.items()},
        }

    def _key(self, number: int, part: int) -> ObjectKey:
        name = f"stratum.release.{self._owner.name}.v{number}"
        whole = name if part == 1 else f"{name}.{part}"
        return ObjectKey("v1", "Secret", self._owner.namespace, whole)

    def _broken(self, number: int, what: str) -> KubeError:
        known = ", ".join(str(entry.number) for entry in self.entries()) or "none"
        return NotFound(
            f"revision {number} {what}",
            f"release {self._owner}",
            f"choose one of those that are kept: {known}",
        )


def data_text(data: dict[str, str], key: str) -> str:
    """A value of a Secret as text."""
    return base64.b64decode(data[key]).decode()
