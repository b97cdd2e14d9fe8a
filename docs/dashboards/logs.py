"""What services and machines have written, as Loki keeps it."""

from __future__ import annotations

from .model import Dashboard, Panel, Query, Row, Variable

# Loki gives every stream a name of its service; the other labels are its sender's.
STREAMS = '{service_name=~"$service", host=~"$host"}'
FOUND = f'{STREAMS} |~ "(?i)$search"'
TROUBLE = f'{FOUND} |~ "(?i)(error|fatal|panic|critical)"'

LOGS = Dashboard(
    uid="stratum-logs",
    folder="operations",
    title="Logs",
    description="What services and machines have written, as Loki keeps it.",
    since="now-1h",
    variables=(
        Variable("service", "Service", "logs", "service_name", ".+"),
        Variable("host", "Host", "logs", "host", ".*"),
        Variable("search", "With the words"),
    ),
    rows=(
        Row(
            "How much",
            (
                Panel(
                    "Lines by service",
                    "How many lines each service has written.",
                    "logs",
                    (
                        Query(
                            f"sum by (service_name) (count_over_time({FOUND} [$__interval]))",
                            "{{service_name}}",
                        ),
                    ),
                    stacked=True,
                    bars=True,
                    width=12,
                ),
                Panel(
                    "Lines that tell of trouble",
                    "Lines with one of the words error, fatal, panic and critical.",
                    "logs",
                    (
                        Query(
                            f"sum by (service_name) (count_over_time({TROUBLE} [$__interval]))",
                            "{{service_name}}",
                        ),
                    ),
                    stacked=True,
                    bars=True,
                    width=12,
                ),
                Panel(
                    "Who writes most",
                    "Bytes of the ten services that have written most, in the window shown.",
                    "logs",
                    (
                        Query(
                            "topk(10, sum by (service_name) "
                            f"(bytes_over_time({STREAMS} [$__range])))"
                        ),
                    ),
                    "bytes",
                    kind="table",
                    width=24,
                    height=7,
                    hidden=("Time",),
                ),
            ),
        ),
        Row(
            "Lines",
            (
                Panel(
                    "Lines",
                    "The newest lines that have the words.",
                    "logs",
                    (Query(FOUND),),
                    kind="logs",
                    width=24,
                    height=16,
                ),
            ),
        ),
    ),
)
