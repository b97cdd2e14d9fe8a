"""The five metrics as a small table for a terminal."""

from __future__ import annotations

from stratum.sample.console import Metric, Metrics

TITLES = {
    "deployment_frequency": "Deployment frequency",
    "change_lead_time": "Change lead time",
    "change_fail_rate": "Change fail rate",
    "failed_deployment_recovery_time": "Failed deployment recovery time",
    "deployment_rework_rate": "Deployment rework rate",
}


def table(metrics: Metrics) -> str:
    """One line a metric: value, level, how many it is made of."""
    window = metrics.window
    rows = [("metric", "value", "level", "n")]
    rows += [
        (title, value(metric), metric.level or "-", str(metric.n))
        for name, title in TITLES.items()
        if (metric := metrics.metrics.get(name)) is not None
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    head = f"{metrics.environment or 'all environments'}, {window.since:%Y-%m-%d} to "
    return "\n".join([f"{head}{window.until:%Y-%m-%d} ({window.days:.0f} days)", *lines])


def value(metric: Metric) -> str:
    """The value in the unit a person would use."""
    if metric.value is None:
        return metric.reason or "no data"
    if metric.unit == "per_day":
        return f"{metric.value:.2f} a day"
    if metric.unit == "ratio":
        return f"{metric.value:.1%}"
    return duration(metric.value)


def duration(seconds: float) -> str:
    """`42 min`, `3.5 h`, `2.1 days`."""
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    if seconds < 48 * 3600:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 86400:.1f} days"
