"""Finding instances that died without a word, where no callback watches the main process."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from .journal import Reader
from .process import children_of

DEAD_AFTER_SECONDS = 3.0
LOOK_EVERY_SECONDS = 0.25


class Stall:
    """Looks for instances that have not ended, but have had no worker for some seconds.

    Between two tasks an instance has no worker either, but only for a moment. Known only where
    the kernel tells of a process's children (Linux); elsewhere nobody is found.

    Args:
        journal: the journal of the run.
        main_process: the process whose children are the workers.
        clock: seconds that only grow.
        workers: the main process's living children.
    """

    def __init__(
        self,
        journal: Path,
        main_process: int,
        clock: Callable[[], float] = time.monotonic,
        workers: Callable[[int], set[int]] = children_of,
    ) -> None:
        self._reader = Reader(journal)
        self._main_process = main_process
        self._clock = clock
        self._workers = workers
        self._watched = False
        self._waiting: dict[str, int] = {}
        self._working: set[str] = set()
        self._missing_since: dict[str, float] = {}
        self._next_look = 0.0

    def dead(self) -> list[str]:
        """The instances that are lost; to be asked again and again."""
        now = self._clock()
        if self._watched or now < self._next_look:
            return []
        self._next_look = now + LOOK_EVERY_SECONDS
        # Before the events: a worker that is missing here has written all it ever will.
        workers = self._workers(self._main_process)
        self._feed(self._reader.new())
        missing = self._without_worker(workers)
        self._missing_since = {name: self._missing_since.get(name, now) for name in missing}
        return sorted(
            name for name, since in self._missing_since.items() if now - since >= DEAD_AFTER_SECONDS
        )

    def _without_worker(self, workers: set[int]) -> set[str]:
        """A waiting instance's worker is known by its id; of the others, only that none is left."""
        if not workers or self._watched:
            return set()
        waiting = {name for name, pid in self._waiting.items() if pid not in workers}
        busy = workers - set(self._waiting.values())
        return waiting if busy else waiting | self._working

    def _feed(self, events: Iterable[Mapping[str, Any]]) -> None:
        for event in events:
            kind = event["event"]
            if kind == "run_started":
                self._watched = event["opened_by"] == "callback"
            elif kind == "waiting":
                self._waiting[event["instance"]] = event["pid"]
            elif kind == "started":
                self._waiting.pop(event["instance"], None)
                self._working.add(event["instance"])
            elif kind == "ended":
                self._waiting.pop(event["instance"], None)
                self._working.discard(event["instance"])
