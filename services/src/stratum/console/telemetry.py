"""The console's own numbers for Prometheus; one registry an application."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


class Telemetry:
    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "stratum_console_requests",
            "Answered requests.",
            ["route", "method", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "stratum_console_request_seconds",
            "Time to answer a request.",
            ["route"],
            registry=self.registry,
        )
        self._queries = Histogram(
            "stratum_console_query_seconds",
            "Time the warehouse took to answer a query.",
            ["query"],
            registry=self.registry,
        )
        self.listeners = Gauge(
            "stratum_console_stream_listeners",
            "Open event streams.",
            registry=self.registry,
        )

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        self._requests.labels(route, method, str(status)).inc()
        # A stream is open as long as somebody looks: its time says nothing.
        if route != "/api/stream":
            self._seconds.labels(route).observe(seconds)

    def query(self, name: str, seconds: float) -> None:
        self._queries.labels(name).observe(seconds)

    def text(self) -> bytes:
        return generate_latest(self.registry)
