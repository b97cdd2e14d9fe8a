"""The platform itself, by the metrics of its own services."""

from __future__ import annotations

from .model import RATE, Dashboard, Panel, Query, Row


def _rate(metric: str, legend: str, by: str = "") -> Query:
    summed = f"sum by ({by}) " if by else "sum "
    return Query(f"{summed}(rate({metric}{RATE}))", legend)


def _quantile(metric: str, legend: str, by: str = "", share: float = 0.95) -> Query:
    labels = f"le, {by}" if by else "le"
    inner = f"sum by ({labels}) (rate({metric}_bucket{RATE}))"
    return Query(f"histogram_quantile({share}, {inner})", legend)


PLATFORM = Dashboard(
    uid="stratum-platform",
    folder="operations",
    title="Platform",
    description="Collector, ETL, warehouse, console, Prometheus and Loki, by their own metrics.",
    rows=(
        Row(
            "Collector",
            (
                Panel(
                    "Waits to be shipped",
                    "Age of the oldest record that is not yet in the object store.",
                    "metrics",
                    (Query("max(stratum_collector_oldest_unshipped_seconds)", now=True),),
                    "s",
                    kind="stat",
                    width=6,
                    height=8,
                    warn=300,
                    bad=900,
                ),
                Panel(
                    "Accepted",
                    "Events and points on disk, a second, by source.",
                    "metrics",
                    (_rate("stratum_collector_accepted_total", "{{source}}", "source"),),
                    "cps",
                    width=9,
                ),
                Panel(
                    "Not accepted",
                    "Deliveries a second that were refused, seen before, or could not be read.",
                    "metrics",
                    (
                        _rate("stratum_collector_rejected_total", "{{reason}}", "reason"),
                        _rate("stratum_collector_duplicates_total", "seen before"),
                        _rate("stratum_collector_dead_letters_total", "not readable"),
                    ),
                    "cps",
                    width=9,
                ),
                Panel(
                    "Time of a write",
                    "How long one group commit to disk takes: half of them, and 99 of 100.",
                    "metrics",
                    (
                        _quantile("stratum_collector_flush_seconds", "half", share=0.5),
                        _quantile("stratum_collector_flush_seconds", "99 of 100", share=0.99),
                    ),
                    "s",
                ),
                Panel(
                    "On its disk",
                    "Bytes of the log of writes that are not yet shipped.",
                    "metrics",
                    (Query("stratum_collector_wal_bytes", "{{instance}}"),),
                    "bytes",
                ),
                Panel(
                    "Shipped",
                    "Bytes a second that reached the object store.",
                    "metrics",
                    (_rate("stratum_collector_shipped_bytes_total", "bytes"),),
                    "Bps",
                ),
            ),
        ),
        Row(
            "ETL",
            (
                Panel(
                    "Since the last pass",
                    "Time since a pass over the object store ended well.",
                    "metrics",
                    (Query("time() - max(stratum_etl_last_pass_timestamp_seconds)", now=True),),
                    "s",
                    kind="stat",
                    width=6,
                    height=8,
                    warn=300,
                    bad=900,
                ),
                Panel(
                    "Loaded",
                    "Rows a second that were loaded into the warehouse, by table.",
                    "metrics",
                    (_rate("stratum_etl_rows_loaded_total", "{{table}}", "table"),),
                    "cps",
                    width=9,
                ),
                Panel(
                    "Objects in trouble",
                    "Objects that need a person, by what is wrong; the ledger names them.",
                    "metrics",
                    (Query("sum by (kind) (stratum_etl_objects_in_trouble)", "{{kind}}"),),
                    width=9,
                    least=0,
                ),
            ),
        ),
        Row(
            "Warehouse and console",
            (
                Panel(
                    "Queries",
                    "Queries a second by user, and those that ended with an error.",
                    "metrics",
                    (
                        _rate("stratum_warehouse_queries_total", "{{user}}", "user"),
                        _rate('stratum_warehouse_queries_total{code!="0"}', "errors"),
                    ),
                    "reqps",
                ),
                Panel(
                    "Time of a query",
                    "Time in the engine, of 95 in 100 queries that succeeded.",
                    "metrics",
                    (_quantile("stratum_warehouse_query_seconds", "engine"),),
                    "s",
                ),
                Panel(
                    "Rows",
                    "Rows a second that the engine reads and writes.",
                    "metrics",
                    (_rate("stratum_warehouse_rows_total", "{{direction}}", "direction"),),
                    "cps",
                ),
                Panel(
                    "Requests to the console",
                    "Requests a second by the status of their answers.",
                    "metrics",
                    (_rate("stratum_console_requests_total", "{{status}}", "status"),),
                    "reqps",
                    stacked=True,
                ),
                Panel(
                    "Time of an answer",
                    "Time to answer, of 95 in 100 requests, by route.",
                    "metrics",
                    (_quantile("stratum_console_request_seconds", "{{route}}", "route"),),
                    "s",
                ),
                Panel(
                    "Who looks",
                    "Open event streams: about one for each open page.",
                    "metrics",
                    (Query("sum(stratum_console_stream_listeners)", "pages"),),
                    least=0,
                ),
            ),
        ),
        Row(
            "Prometheus and Loki",
            (
                Panel(
                    "Series",
                    "Series that Prometheus holds in memory.",
                    "metrics",
                    (Query("prometheus_tsdb_head_series", "{{instance}}"),),
                ),
                Panel(
                    "Samples",
                    "Samples a second that Prometheus takes in.",
                    "metrics",
                    (_rate("prometheus_tsdb_head_samples_appended_total", "samples"),),
                    "cps",
                ),
                Panel(
                    "Lines of logs",
                    "Bytes of log lines a second that Loki takes in.",
                    "metrics",
                    (_rate("loki_distributor_bytes_received_total", "bytes"),),
                    "Bps",
                ),
            ),
        ),
    ),
)
