"""What the collector tells Prometheus about itself."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

# From a fast disk's flush to one that is in trouble.
FLUSH_BUCKETS = (0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)


class Measures:
    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.accepted = self._counter("accepted", "Events and points on disk.", "source")
        self.duplicates = self._counter("duplicates", "Deliveries seen before.", "source")
        self.dead_letters = self._counter("dead_letters", "Deliveries not readable.", "source")
        self.rejected = self._counter("rejected", "Requests refused.", "source", "reason")
        self.objects = self._counter("shipped_objects", "Objects in the store.")
        self.object_bytes = self._counter("shipped_bytes", "Bytes of these objects.")
        self.conflicts = self._counter("object_conflicts", "Objects that held something else.")
        self.flush_seconds = Histogram(
            "stratum_collector_flush_seconds",
            "Time of one group commit.",
            buckets=FLUSH_BUCKETS,
            registry=self._registry,
        )

    def gauge(self, name: str, text: str, value: Callable[[], float]) -> None:
        """`value` is asked for at each scrape."""
        Gauge(f"stratum_collector_{name}", text, registry=self._registry).set_function(value)

    def text(self) -> bytes:
        return generate_latest(self._registry)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"stratum_collector_{name}", text, labels, registry=self._registry)
