"""DORA's levels at their bounds."""

from __future__ import annotations

import pytest

from stratum.console.dora.levels import level_of

HOUR, DAY = 3600.0, 86400.0


@pytest.mark.parametrize(
    ("metric", "value", "level"),
    [
        ("deployment_frequency", 1.0, "elite"),
        ("deployment_frequency", 0.99, "high"),
        ("deployment_frequency", 1 / 7, "high"),
        ("deployment_frequency", 1 / 30, "medium"),
        ("deployment_frequency", 0.0, "low"),
        ("change_lead_time", DAY, "elite"),
        ("change_lead_time", 7 * DAY, "high"),
        ("change_lead_time", 30 * DAY, "medium"),
        ("change_lead_time", 31 * DAY, "low"),
        ("change_fail_rate", 0.05, "elite"),
        ("change_fail_rate", 0.10, "high"),
        ("change_fail_rate", 0.20, "medium"),
        ("change_fail_rate", 0.21, "low"),
        ("failed_deployment_recovery_time", HOUR, "elite"),
        ("failed_deployment_recovery_time", DAY, "high"),
        ("failed_deployment_recovery_time", 7 * DAY, "medium"),
        ("failed_deployment_recovery_time", 8 * DAY, "low"),
        ("deployment_rework_rate", 0.0, None),
        ("change_fail_rate", None, None),
    ],
)
def test_value_has_its_level(metric: str, value: float | None, level: str | None) -> None:
    assert level_of(metric, value) == level
