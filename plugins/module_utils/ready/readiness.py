"""Waiting until all probes of an instance see it Current, or saying why not."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from .probe import Probe
from .status import State, Status


def check(probes: Sequence[Probe], ask: Callable[[Probe], Status]) -> Status:
    """The first status that is not Current, or Current when all are."""
    for probe in probes:
        status = ask(probe)
        if not status.current:
            return status
    return Status(State.CURRENT, f"{len(probes)} of {len(probes)} probes are Current")


def wait(
    probes: Sequence[Probe],
    ask: Callable[[Probe], Status],
    timeout_seconds: float,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], None] = time.sleep,
) -> Status:
    """Ask until all are Current, one has Failed for good, or the time is over.

    The pauses grow from 50 ms to 1 s, so that a quick start is seen at once and a slow one
    costs little.
    """
    end = clock() + timeout_seconds
    interval = 0.05
    while True:
        status = check(probes, ask)
        if status.current or status.state is State.FAILED or clock() >= end:
            return status
        pause(min(interval, max(0.0, end - clock())))
        interval = min(1.0, interval * 1.3)
