"""From a value to one of DORA's four levels; docs/metrics.md gives the sources.

Rework has none: DORA has published no clusters for it.
"""

from __future__ import annotations

from typing import Literal

Level = Literal["elite", "high", "medium", "low"]

DAY = 86400.0

# Upper bounds of elite, high and medium; beyond the last is low.
AT_MOST: dict[str, tuple[float, float, float]] = {
    "change_lead_time": (DAY, 7 * DAY, 30 * DAY),
    "change_fail_rate": (0.05, 0.10, 0.20),
    "failed_deployment_recovery_time": (DAY / 24, DAY, 7 * DAY),
}
# Lower bounds: once a day, once a week, once a month.
AT_LEAST: dict[str, tuple[float, float, float]] = {
    "deployment_frequency": (1.0, 1 / 7, 1 / 30),
}
LEVELS: tuple[Level, Level, Level] = ("elite", "high", "medium")


def level_of(metric: str, value: float | None) -> Level | None:
    """None without a value, or for a metric without levels."""
    if value is None:
        return None
    if metric in AT_MOST:
        reached = [value <= bound for bound in AT_MOST[metric]]
    elif metric in AT_LEAST:
        reached = [value >= bound for bound in AT_LEAST[metric]]
    else:
        return None
    return next((level for level, met in zip(LEVELS, reached, strict=True) if met), "low")
