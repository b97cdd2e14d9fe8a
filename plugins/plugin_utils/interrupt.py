"""Ctrl-C that ends the run, in ansible-playbook's main process.

Ansible passes it on to its workers. One that dies while it sends a result keeps the lock of the
queue for ever; one that has ended and is just being replaced can no longer be asked whether it
lives. And an interrupt in the middle of a fork is raised where Python drops it.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import PurePath
from types import FrameType
from typing import Any

HEARD_WITHIN_SECONDS = 1.0
PATIENCE_SECONDS = 2.0


class Interrupt:
    """`listen` in the main thread, then `look` now and then from another one."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        again: Callable[[], None] = lambda: os.kill(os.getpid(), signal.SIGINT),
    ) -> None:
        self._clock = clock
        self._again = again
        self._said_at: float | None = None
        self._theirs: Any = None
        self._process = os.getpid()

    def listen(self) -> None:
        """Come before Ansible's own handler; not where somebody else's is, or none."""
        theirs = signal.getsignal(signal.SIGINT)
        if hasattr(getattr(theirs, "__self__", None), "_final_q"):
            self._theirs = theirs
            signal.signal(signal.SIGINT, self._take)

    def look(self) -> None:
        """Say one again that has not ended the run."""
        if self._said_at is None or self._clock() - self._said_at < HEARD_WITHIN_SECONDS:
            return
        self._said_at = None
        if _runs_the_strategy():
            self._again()

    def _take(self, number: int, frame: FrameType | None) -> None:
        """While nobody sends, let Ansible end its workers; it raises KeyboardInterrupt then."""
        if os.getpid() != self._process:
            os._exit(1)  # a worker that has no handler of its own yet
        manager = self._theirs.__self__
        manager._workers[:] = [
            None if _is_closed(worker) else worker for worker in manager._workers
        ]
        lock = manager._final_q._wlock
        # Where the run is ending already, this is the second one: whoever presses it means now.
        locked = lock.acquire(timeout=PATIENCE_SECONDS if _runs_the_strategy() else 0)
        try:
            self._theirs(number, frame)
        finally:
            signal.signal(signal.SIGINT, self._take)  # Ansible's own is good for one only
            try:
                _wait_for_the_end(manager._workers)
            finally:
                self._said_at = self._clock()
                if locked:
                    lock.release()


def _is_closed(worker: Any) -> bool:  # noqa: ANN401  (Ansible has no types)
    """Ansible closes a worker that has ended, makes another one, and only then forgets it."""
    try:
        if worker is not None:
            worker.is_alive()
    except ValueError:
        return True
    return False


def _wait_for_the_end(workers: list[Any]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while any(worker and worker.is_alive() for worker in workers) and time.monotonic() < end:
        time.sleep(0.01)


def _runs_the_strategy() -> bool:
    """Whether the main thread still hands out tasks: an interrupt that was heard has left that."""
    frame = sys._current_frames().get(threading.main_thread().ident or 0)
    while frame is not None:
        if PurePath(frame.f_code.co_filename).parent.name == "strategy":
            if frame.f_code.co_name == "cleanup":
                return False
            if frame.f_code.co_name == "run":
                return True
        frame = frame.f_back
    return False
