"""Watches a run from ansible-playbook's main process: prints its journal as it grows.

Its thread shares no lock with the main thread, which forks the workers: it writes whole lines to
the file descriptor itself and leaves `sys.stdout` and Ansible's display alone.
"""

from __future__ import annotations

import contextlib
import os
import select
import threading
import time
from collections.abc import Callable, Sequence

from ansible_collections.stratum.platform.plugins.module_utils.run.journal import Event, Reader
from ansible_collections.stratum.platform.plugins.module_utils.run.line import (
    Line,
    coloured,
    plain,
)
from ansible_collections.stratum.platform.plugins.module_utils.run.progress import Progress
from ansible_collections.stratum.platform.plugins.plugin_utils.interrupt import Interrupt
from ansible_collections.stratum.platform.plugins.plugin_utils.workers import Workers

LOOK_EVERY_SECONDS = 0.1


class Watch:
    """The thread between `start` and `stop`; `shown` has the lines it printed, uncoloured."""

    def __init__(
        self,
        reader: Reader,
        progress: Progress,
        workers: Workers,
        colour: Callable[[str, str], str],
        encoding: str,
        descriptor: int = 1,
    ) -> None:
        self._reader = reader
        self._progress = progress
        self._workers = workers
        self._colour = colour
        self._encoding = encoding
        self._descriptor = descriptor
        self._interrupt = Interrupt()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="stratum-watch", daemon=True)
        self.shown: list[str] = []

    def start(self) -> None:
        self._workers.watched = True
        self._interrupt.listen()
        self._thread.start()

    def stop(self) -> None:
        """Print what is left and end."""
        self._workers.watched = False
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(LOOK_EVERY_SECONDS):
            self._interrupt.look()
            self._workers.look()
            self._print(self._reader.new())
        self._print(self._reader.new())

    def _print(self, events: Sequence[Event]) -> None:
        lines = [line for event in events for line in self._progress.take(event)]
        self._write([*lines, *self._progress.heartbeat(time.time())])

    def _write(self, lines: Sequence[Line]) -> None:
        self.shown += [plain(line) for line in lines]
        text = "".join(f"{coloured(line, self._colour)}\n" for line in lines)
        data = text.encode(self._encoding, errors="replace")
        with contextlib.suppress(BrokenPipeError):  # as after `| head`; the run goes on
            while data:
                select.select([], [self._descriptor], [])  # a terminal may be set not to block
                data = data[os.write(self._descriptor, data) :]
