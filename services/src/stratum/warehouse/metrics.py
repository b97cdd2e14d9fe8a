"""What the warehouse counts, as Prometheus text."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


class Metrics:
    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._queries = Counter(
            "stratum_warehouse_queries_total",
            "Queries by user and error code (0: none).",
            ["user", "code"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "stratum_warehouse_query_seconds",
            "Time in the engine, of queries that succeeded.",
            registry=self._registry,
        )
        self._rows = Counter(
            "stratum_warehouse_rows_total",
            "Rows read and written.",
            ["direction"],
            registry=self._registry,
        )
        self.running = Gauge(
            "stratum_warehouse_queries_running", "Queries at work.", registry=self._registry
        )

    def succeeded(self, user: str, seconds: float, rows_read: int, rows_written: int) -> None:
        self._queries.labels(user, "0").inc()
        self._seconds.observe(seconds)
        self._rows.labels("read").inc(rows_read)
        self._rows.labels("written").inc(rows_written)

    def failed(self, user: str, code: int) -> None:
        self._queries.labels(user, str(code)).inc()

    def text(self) -> bytes:
        return generate_latest(self._registry)
