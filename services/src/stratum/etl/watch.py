"""`stratum-etl watch`: pass after pass; waits with a growing pause while something is away."""

from __future__ import annotations

import threading

from structlog.typing import FilteringBoundLogger

from stratum.errors import StratumError
from stratum.etl.passes import Summary
from stratum.etl.pipeline import Pipeline
from stratum.etl.status import Status

LONGEST_PAUSE = 10.0


class Watch:
    def __init__(
        self,
        pipeline: Pipeline,
        status: Status,
        log: FilteringBoundLogger,
        *,
        interval_seconds: float,
    ) -> None:
        self._pipeline = pipeline
        self._status = status
        self._log = log
        self._interval = interval_seconds
        self._prepared = False
        self._told: set[str] = set()

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set; the object at work is finished first."""
        pause = self._interval
        while not stop.is_set():
            try:
                self._turn(stop)
                pause = self._interval
            except StratumError as error:
                # What the warehouse got of the last write is unknown now: read the ledger anew.
                self._prepared = False
                self._wait_for(error)
                pause = min(pause * 2, LONGEST_PAUSE)
            stop.wait(pause)

    def _turn(self, stop: threading.Event) -> None:
        if not self._prepared:
            for name in self._pipeline.prepare():
                self._log.info("migrated", migration=name)
            self._prepared = True
        summary, whole = self._pipeline.run_next(stop.is_set)
        self._status.metrics.passed(summary, whole=whole)
        self._status.reasons = []
        self._tell(summary)

    def _tell(self, summary: Summary) -> None:
        if summary.loaded:
            self._log.info("loaded", objects=summary.loaded, rows=summary.rows)
        troubles = {
            **{f"failed {key}": reason for key, reason in summary.failed.items()},
            **{f"not loaded {key}": reason for key, reason in summary.errors.items()},
            **{f"replaced {key}": "its etag is another than loaded" for key in summary.replaced},
            **{f"missing {key}": "planned, and gone from the store" for key in summary.missing},
        }
        for what, reason in troubles.items():
            if what not in self._told:
                self._log.error("object in trouble", what=what, reason=reason)
                self._told.add(what)

    def _wait_for(self, error: StratumError) -> None:
        reasons = [str(error)]
        self._status.metrics.failed()
        if self._status.reasons != reasons:
            self._log.warning("waiting", reason=reasons[0])
        self._status.reasons = reasons
