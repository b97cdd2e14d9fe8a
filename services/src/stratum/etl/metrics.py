"""What the ETL counts, as Prometheus text."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from stratum.etl.passes import Summary


class Metrics:
    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._objects = Counter(
            "stratum_etl_objects_loaded_total", "Objects loaded.", registry=registry
        )
        self._rows = Counter(
            "stratum_etl_rows_loaded_total", "Rows loaded.", ["table"], registry=registry
        )
        self._troubles = Gauge(
            "stratum_etl_objects_in_trouble",
            "Objects that need a person, at the last pass over everything.",
            ["kind"],
            registry=registry,
        )
        self._failures = Counter(
            "stratum_etl_passes_failed_total",
            "Passes that ended early because the store or the warehouse was away.",
            registry=registry,
        )
        self._last = Gauge(
            "stratum_etl_last_pass_timestamp_seconds",
            "When the last pass ended well.",
            registry=registry,
        )

    def passed(self, summary: Summary, *, whole: bool) -> None:
        self._objects.inc(summary.loaded)
        for table, count in summary.rows.items():
            self._rows.labels(table).inc(count)
        self._last.set_to_current_time()
        if whole:
            for kind in ("failed", "errors", "replaced", "missing"):
                self._troubles.labels(kind).set(len(getattr(summary, kind)))

    def failed(self) -> None:
        self._failures.inc()

    def text(self) -> bytes:
        return generate_latest(self._registry)
