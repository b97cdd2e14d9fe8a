"""Objects of one kind at one place, listed and then followed by a watch in a thread.

Whatever happens to the API server, it lists again and goes on until it is told to stop.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from .connection import Cluster
from .identity import Manifest
from .problem import (
    Expired,
    Forbidden,
    KubeError,
    Refused,
    Unauthorized,
    Unreachable,
)

WATCH_SECONDS = 300.0
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 3.0
# An API server that has just started may refuse for a moment what it allows later.
REFUSALS = 6


@dataclass(frozen=True)
class Scope:
    """What one LIST and one watch are about."""

    api_version: str
    kind: str
    namespace: str | None
    selector: tuple[tuple[str, str], ...] = ()  # labels
    name: str | None = None

    def list(self, cluster: Cluster, *, only_metadata: bool = False) -> tuple[list[Manifest], str]:
        """The objects now, and the version to watch from."""
        return cluster.list(
            self.api_version,
            self.kind,
            self.namespace,
            labels=dict(self.selector),
            fields=self.fields,
            only_metadata=only_metadata,
        )

    @property
    def fields(self) -> dict[str, str]:
        """The field selector."""
        return {"metadata.name": self.name} if self.name else {}


@dataclass(frozen=True)
class Seen:
    """What a follower tells.

    Attributes:
        scope: where.
        listed: all objects there are now; None for a single event.
        changed: an object that is new or different.
        deleted: an object that is gone.
        error: why nothing can be seen now.
        final: the follower has given up, and what `error` says stays so.
    """

    scope: Scope
    listed: tuple[Manifest, ...] | None = None
    changed: Manifest | None = None
    deleted: Manifest | None = None
    error: KubeError | None = None
    final: bool = False


class Follower:
    """One thread that tells what happens in one scope."""

    def __init__(
        self, cluster: Cluster, scope: Scope, tell: Callable[[Seen], None], version: str | None
    ) -> None:
        self._cluster = cluster
        self._scope = scope
        self._tell = tell
        self._version = version
        self._worked = version is not None
        self._stopped = threading.Event()
        self._end: Callable[[], None] | None = None
        self._lock = threading.Lock()
        self._thread = threading.Thread(
            target=self._run, name=f"follow {scope.kind} {scope.namespace or ''}", daemon=True
        )

    def start(self) -> None:
        """Begin to follow."""
        self._thread.start()

    def stop(self) -> None:
        """Tell nothing more, and close the connection."""
        with self._lock:
            self._stopped.set()
            if self._end:
                self._end()

    def _run(self) -> None:
        pause, refusals = FIRST_PAUSE_SECONDS, 0
        while not self._stopped.is_set():
            began = time.monotonic()
            try:
                self._list_and_watch()
                refusals = 0
            except Expired:
                self._version = None
                continue
            except KubeError as error:
                if time.monotonic() - began > LONGEST_PAUSE_SECONDS:
                    pause, refusals = FIRST_PAUSE_SECONDS, 0  # it worked for a while
                refusals += not isinstance(error, Unreachable)
                final = not self._passing(error, refusals)
                self._say(Seen(self._scope, error=error, final=final))
                if final:
                    return
                self._version = None
                self._stopped.wait(pause)
                pause = min(LONGEST_PAUSE_SECONDS, pause * 2)

    def _list_and_watch(self) -> None:
        if self._version is None:
            items, self._version = self._scope.list(self._cluster)
            self._worked = True
            self._say(Seen(self._scope, listed=tuple(items)))
        scope = self._scope
        events = self._cluster.watch(
            scope.api_version,
            scope.kind,
            scope.namespace,
            self._version,
            WATCH_SECONDS,
            labels=dict(scope.selector),
            fields=scope.fields,
            opened=self._opened,
        )
        for event, found in events:
            self._version = found["metadata"]["resourceVersion"]
            if event == "DELETED":
                self._say(Seen(scope, deleted=found))
            elif event != "BOOKMARK":
                self._say(Seen(scope, changed=found))

    def _opened(self, end: Callable[[], None]) -> None:
        with self._lock:
            self._end = end
            if self._stopped.is_set():
                end()

    def _passing(self, error: KubeError, refusals: int) -> bool:
        """Whether an error may pass by itself, as it does when the API server restarts."""
        if isinstance(error, Unreachable):
            return True
        refusal = isinstance(error, Refused | Forbidden | Unauthorized)
        return refusal and self._worked and refusals < REFUSALS

    def _say(self, seen: Seen) -> None:
        if not self._stopped.is_set():
            self._tell(seen)
