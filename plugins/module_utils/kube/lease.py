"""One run at a time works on a release: a Lease in its namespace says which.

Its times are the API server's, so that the clocks of two machines need not agree.
"""

from __future__ import annotations

import getpass
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType

from .connection import Cluster
from .identity import Manifest, ObjectKey
from .ownership import MANAGED_BY, Owner
from .problem import AlreadyExists, Busy, KubeError, LostLease, Outdated

API_VERSION = "coordination.k8s.io/v1"
SECONDS = 15
RENEW_EVERY_SECONDS = 5.0
LOOK_EVERY_SECONDS = 0.5
TIME = "%Y-%m-%dT%H:%M:%S.%fZ"


def lease_key(owner: Owner) -> ObjectKey:
    """The Lease of a release."""
    return ObjectKey(API_VERSION, "Lease", owner.namespace, f"stratum.release.{owner.name}")


class Lease:
    """Held from `acquire` to `release`, and renewed meanwhile by a thread of its own."""

    def __init__(self, cluster: Cluster, owner: Owner) -> None:
        self._cluster = cluster
        self._owner = owner
        self._key = lease_key(owner)
        self._held: Manifest | None = None
        self._end = threading.Event()
        self._lost: str | None = None
        self._renewer: threading.Thread | None = None
        self._seen: str | None = None
        self._me = f"{_person()} {secrets.token_hex(4)}"

    def peek(self) -> None:
        """Remember how it is, so that `acquire` can tell whether another run was at work since."""
        found = self._cluster.get(self._key)
        self._seen = found["metadata"]["resourceVersion"] if found else None

    def acquire(self, deadline: float, waiting: Callable[[str], None]) -> bool:
        """Take it, waiting for another run until the deadline (of `time.monotonic`).

        Gives whether nobody held it since `peek`, so that what was read since then still holds.

        Raises:
            Busy: another run still holds it at the deadline.
        """
        said = ""
        while not self._taken(found := self._cluster.get(self._key)):
            holder = self._holder(found)
            if holder and holder != said:
                said = holder
                waiting(holder)
            if time.monotonic() >= deadline:
                raise Busy(
                    f"another run is at work on it: {holder or 'it changes hands'}",
                    f"release {self._owner}",
                    "wait until it has ended, then run again",
                )
            time.sleep(LOOK_EVERY_SECONDS)
        self._renewer = threading.Thread(target=self._renew, name="lease", daemon=True)
        self._renewer.start()
        return found is not None and found["metadata"]["resourceVersion"] == self._seen

    def check(self) -> None:
        """Raises LostLease if another run has taken the release over."""
        if self._lost:
            raise LostLease(self._lost, f"release {self._owner}", "run again")

    def release(self, remove: bool = False) -> None:
        """Give it back; `remove` the Lease itself where nothing of the release is left."""
        self._end.set()
        if self._renewer is not None:
            self._renewer.join()
        if self._held is None or self._lost:
            return
        try:
            if remove:
                self._cluster.delete(self._key)
            else:
                self._cluster.replace(self._written(self._held, holder=None))
        except KubeError:
            return  # it expires by itself; what the run did is not undone by that

    def __enter__(self) -> Lease:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()

    def _taken(self, found: Manifest | None) -> bool:
        try:
            if found is None:
                self._held = self._cluster.create(self._written(None, self._me))
                return True
            if self._holder(found):
                return False
            self._held = self._cluster.replace(self._written(found, self._me))
        except (AlreadyExists, Outdated):
            return False
        return True

    def _holder(self, found: Manifest | None) -> str | None:
        """Who holds it, unless its time is over."""
        spec = (found or {}).get("spec") or {}
        holder = spec.get("holderIdentity")
        if not holder or holder == self._me:
            return None
        renewed = datetime.strptime(spec["renewTime"], TIME).replace(tzinfo=UTC).timestamp()
        over = renewed + spec.get("leaseDurationSeconds", SECONDS) < self._cluster.now()
        return None if over else str(holder).rpartition(" ")[0] or str(holder)

    def _written(self, before: Manifest | None, holder: str | None) -> Manifest:
        now = datetime.fromtimestamp(self._cluster.now(), UTC).strftime(TIME)
        spec = dict((before or {}).get("spec") or {})
        changes_hands = holder is not None and spec.get("holderIdentity") != holder
        spec |= {"holderIdentity": holder or "", "renewTime": now, "leaseDurationSeconds": SECONDS}
        if changes_hands:
            spec["acquireTime"] = now
            spec["leaseTransitions"] = int(spec.get("leaseTransitions") or 0) + 1
        metadata = (before or {}).get("metadata") or {
            "name": self._key.name,
            "namespace": self._key.namespace,
            "labels": {MANAGED_BY: "stratum"},
        }
        about = {"apiVersion": API_VERSION, "kind": "Lease"}
        return {**about, "metadata": metadata, "spec": spec}

    def _renew(self) -> None:
        while not self._end.wait(RENEW_EVERY_SECONDS):
            if self._held is None:
                return
            try:
                self._held = self._cluster.replace(self._written(self._held, self._me))
            except Outdated:
                self._look_again()
            except KubeError:
                continue  # the API server restarts, perhaps; the work finds out by itself
            if self._lost:
                return

    def _look_again(self) -> None:
        """A renewal may have been done although its answer was lost."""
        try:
            found = self._cluster.get(self._key)
        except KubeError:
            return
        if found and found["spec"].get("holderIdentity") == self._me:
            self._held = found
        else:
            holder = self._holder(found)
            self._lost = f"another run has taken it over: {holder or 'its Lease is gone'}"


def _person() -> str:
    try:
        login = getpass.getuser()
    except (KeyError, OSError):  # an account without a name
        login = str(os.getuid())
    return f"{login}@{socket.gethostname()} (process {os.getpid()})"
