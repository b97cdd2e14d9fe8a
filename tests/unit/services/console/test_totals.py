"""Whatever happened, everything is either counted or left out with a reason."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.stratum.platform.tests.unit.services.console.world import World
from stratum.console.cursor import Cursor
from stratum.console.deployments.answer import Filters, page
from stratum.console.deployments.models import DeploymentPage
from stratum.console.dora.answer import dora
from stratum.console.dora.models import DoraAnswer, Metric
from stratum.console.scope import Scope
from stratum.console.windows import Window

START = datetime(2026, 3, 2, tzinfo=UTC)
WINDOW = Window(START + timedelta(hours=20), START + timedelta(hours=80))

hours = st.integers(0, 99)
services = st.sampled_from(["shop", "web"])
deployments = st.lists(
    st.fixed_dictionaries(
        {
            "hour": hours,
            "service": services,
            "commit": st.sampled_from(["c0", "c1", "c2", "c3", "c4:7", "ff"]),
            "ref": st.sampled_from(["main", "hotfix/x", ""]),
            "kind": st.sampled_from(["planned", "hotfix", "rollback"]),
            "result": st.sampled_from(["success", "success", "failure", "cancelled", "running"]),
        }
    ),
    max_size=14,
)
commits = st.lists(
    st.fixed_dictionaries(
        {
            "hour": hours,
            "sha": st.sampled_from(["c0", "c1", "c2", "c3", "c4"]),
            "branch": st.sampled_from(["main", "hotfix/x"]),
            "authored": hours,
        }
    ),
    max_size=10,
)
incidents = st.lists(
    st.fixed_dictionaries(
        {
            "hour": hours,
            "service": services,
            "resolved": st.none() | hours,
            "ref": st.sampled_from(["", "c1:8", "x3"]),
        }
    ),
    max_size=5,
)


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(deployments, commits, incidents)
def test_everything_is_counted_or_left_out_with_a_reason(
    new_world: Callable[[], World],
    deployments: list[dict[str, Any]],
    commits: list[dict[str, Any]],
    incidents: list[dict[str, Any]],
) -> None:
    world = new_world()
    world.fill(
        {
            "deployments": [
                {**row, "id": f"x{number}", "at": at(row["hour"])}
                for number, row in enumerate(deployments)
            ],
            "commits": [
                {**row, "pushed": at(row["hour"]), "authored": at(row["authored"])}
                for row in commits
            ],
            "incidents": [
                {
                    **row,
                    "id": f"i{number}",
                    "opened": at(row["hour"]),
                    "resolved": None if row["resolved"] is None else at(row["resolved"]),
                }
                for number, row in enumerate(incidents)
            ],
        }
    )
    answer, listed = asyncio.run(ask(world))
    check(answer, listed)


def check(answer: DoraAnswer, listed: DeploymentPage) -> None:
    metrics, items = answer.metrics, listed.items
    finished = [item for item in items if item.result in {"success", "failure"}]
    failed = [item for item in finished if item.failed]
    lead = metrics.change_lead_time

    assert counted(metrics.deployment_frequency) == len(items)
    for ratio in (metrics.change_fail_rate, metrics.deployment_rework_rate):
        assert counted(ratio) - left_out(ratio).get("unlinked_incident", 0) == len(items)
        assert ratio.n == len(finished)
    assert metrics.change_fail_rate.numerator == len(failed)
    assert counted(metrics.failed_deployment_recovery_time) == len(failed)
    assert lead.n + left_out(lead).get("negative_lead_time", 0) == sum(
        item.commits for item in items
    )
    without = {code: n for code, n in left_out(lead).items() if code != "negative_lead_time"}
    bringing = sum(1 for item in items if item.commits)
    assert bringing + sum(without.values()) == sum(1 for i in items if i.result == "success")
    for metric in (getattr(metrics, name) for name in type(metrics).model_fields):
        assert (metric.value is None) == (metric.reason is not None)
        if metric.unit != "seconds" and metric.statistic == "mean":
            assert sum(point.n for point in metric.trend) == metric.n


def counted(metric: Metric) -> int:
    return metric.n + sum(left_out(metric).values())


def left_out(metric: Metric) -> dict[str, int]:
    return {item.code: item.count for item in metric.excluded}


async def ask(world: World) -> tuple[DoraAnswer, DeploymentPage]:
    warehouse, scope = world.warehouse(), Scope()
    try:
        return (
            await dora(warehouse, scope, WINDOW),
            await page(warehouse, scope, WINDOW, Filters(limit=100), Cursor()),
        )
    finally:
        await warehouse.close()


def at(hour: int) -> str:
    return (START + timedelta(hours=hour)).isoformat().replace("+00:00", "Z")
