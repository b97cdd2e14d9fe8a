"""Ctrl-C that is heard even where Python loses it; in ansible-playbook's main process.

An interrupt that arrives while a worker is forked may be raised in one of Python's own functions
around the fork, where every exception is dropped. Then it has to be said again.
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

HEARD_WITHIN_SECONDS = 1.0


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

    def listen(self) -> None:
        """Take note of interrupts, which do what they did before; not where others handle them."""
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, self._take)

    def look(self) -> None:
        """Say one again that has not ended the run."""
        if self._said_at is None or self._clock() - self._said_at < HEARD_WITHIN_SECONDS:
            return
        self._said_at = None
        if _runs_the_strategy():
            self._again()

    def _take(self, number: int, frame: FrameType | None) -> None:
        self._said_at = self._clock()
        signal.default_int_handler(number, frame)


def _runs_the_strategy() -> bool:
    """Whether the main thread still hands out tasks: an interrupt that was heard has left that."""
    frame = sys._current_frames().get(threading.main_thread().ident or 0)
    while frame is not None:
        if PurePath(frame.f_code.co_filename).parent.name == "strategy":
            return True
        frame = frame.f_back
    return False
