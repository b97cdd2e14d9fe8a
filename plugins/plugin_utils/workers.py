"""Finds worker processes that were killed, and gives their task the failure it never got.

Without this, ansible-core waits for the result for ever, and with it all that depend on the host.
A worker says hello and goodbye through a pipe; one that is gone without a goodbye was killed.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import util
from typing import Any

try:  # ansible-core 2.19 and 2.20
    from ansible.executor.task_result import _RawTaskResult as RawTaskResult
except ImportError:
    RawTaskResult = None
try:  # from 2.21
    from ansible._internal._task import UnifiedTaskResult
except ImportError:
    UnifiedTaskResult = None

MESSAGE = (
    "its worker process was killed in the middle of the task, as the system does when memory "
    "runs out"
)
# Between the fork and its entry in the list of children a worker lives unlisted.
UNLISTED_SECONDS = 0.5


@dataclass
class Flight:
    """A task that a worker was started for and whose result has not been seen."""

    number: int
    host: Any
    task: Any
    missing_since: float | None = None


class Workers:
    """What is in flight; `started` and `done` are told by the callback, `look` by its thread.

    `watched` is true as long as `look` is called; else nobody would read what workers say.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.watched = False
        self._clock = clock
        self._flights: dict[str, Flight] = {}
        self._latest = 0
        self._queue: Any = None
        self._present: set[int] = set()
        self._text = b""
        self._read_end, self._write_end = os.pipe()
        os.set_blocking(self._read_end, False)
        util.register_after_fork(self, Workers._in_worker)

    def prepare(self) -> None:
        """To be called when all that workers share is loaded: makes them cheaper.

        A worker shares the main process's memory page by page until one of them writes to it, and
        the garbage collector writes to every object that it looks at.
        """
        gc.freeze()

    def started(self, host: Any, task: Any) -> None:  # noqa: ANN401  (Ansible has no types)
        """A worker is about to start on a task."""
        if not self.watched:
            return
        self._latest += 1
        self._flights[host.get_name()] = Flight(self._latest, host, task)
        if self._queue is None:
            self._alive()

    def done(self, host_name: str) -> None:
        """The result of a host's task has been seen."""
        self._flights.pop(host_name, None)

    def look(self) -> list[str]:
        """Fail the tasks of killed workers; gives the names of their hosts."""
        alive = self._alive()
        self._listen()
        lost = [
            flight
            for name, flight in list(self._flights.items())
            if self._is_lost(flight, name in alive)
        ]
        for flight in lost:
            self._fail(flight)
        return [flight.host.get_name() for flight in lost]

    def _is_lost(self, flight: Flight, alive: bool) -> bool:
        if alive or flight.number not in self._present:
            flight.missing_since = None
            return False
        if flight.missing_since is None:
            flight.missing_since = self._clock()
        return self._clock() - flight.missing_since > UNLISTED_SECONDS

    def _alive(self) -> set[str]:
        children: list[Any] = multiprocessing.active_children()
        processes = [child for child in children if hasattr(child, "_final_q")]
        if processes:
            self._queue = processes[0]._final_q
        return {process._host.get_name() for process in processes}

    def _listen(self) -> None:
        """Take up the hellos and goodbyes: `+7` and `-7` for the worker of flight 7."""
        try:
            while data := os.read(self._read_end, 65536):
                self._text += data
        except BlockingIOError:
            pass
        *lines, self._text = self._text.split(b"\n")
        for line in lines:
            number = int(line[1:])
            change = self._present.add if line[:1] == b"+" else self._present.discard
            change(number)

    def _in_worker(self) -> None:
        """Runs in each worker: `_latest` is what it was forked for."""
        gc.freeze()
        if not self.watched:
            return
        os.write(self._write_end, b"+%d\n" % self._latest)
        goodbye = b"-%d\n" % self._latest
        util.Finalize(None, os.write, args=(self._write_end, goodbye), exitpriority=0)

    def _fail(self, flight: Flight) -> None:
        self.done(flight.host.get_name())
        result = {"failed": True, "msg": MESSAGE}
        if self._queue is not None and UnifiedTaskResult is not None:
            unified = UnifiedTaskResult.from_action_result_dict(result)
            self._queue.send_task_result(flight.host, flight.task, unified)
        elif self._queue is not None and RawTaskResult is not None:
            fields = flight.task.dump_attrs()
            raw = RawTaskResult(
                host=flight.host, task=flight.task, return_data=result, task_fields=fields
            )
            self._queue.send_task_result(raw)
        else:
            os.kill(os.getpid(), signal.SIGINT)  # nobody can go on; better an end than no end
