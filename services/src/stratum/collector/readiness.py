"""Whether the collector is ready, and what an operator should know of the way to the store.

It waits for the bucket once, at its start. A store that goes away later makes it no less ready:
it keeps what comes, and a sender turned away might not come back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

from stratum.collector.admission import Admission
from stratum.storage import StorageError

CHECK_SECONDS = 1.0


class Bucket(Protocol):
    def check(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Readiness:
    ready: bool
    reasons: list[str]


class ReadinessCheck:
    def __init__(
        self, bucket: Bucket, admission: Admission, clock: Callable[[], float] = monotonic
    ) -> None:
        self._bucket = bucket
        self._admission = admission
        self._clock = clock
        self._lock = asyncio.Lock()
        self._checked_at = float("-inf")
        self._was_reached = False
        self._problem: str | None = None

    async def __call__(self) -> Readiness:
        async with self._lock:
            if self._clock() - self._checked_at >= CHECK_SECONDS:
                self._problem = await asyncio.to_thread(self._reach)
                self._checked_at = self._clock()
        refusal = self._admission.refusal()
        reasons = [reason for reason in (refusal, self._problem) if reason]
        return Readiness(refusal is None and self._was_reached, reasons)

    def _reach(self) -> str | None:
        try:
            self._bucket.check()
        except StorageError as error:
            return f"the bucket is not reachable: {error}"
        self._was_reached = True
        return None
