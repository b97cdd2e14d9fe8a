"""The golden cases of tests/golden: answers computed by hand against the real SQL and engine."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.stratum.platform.tests.unit.services.console.world import World, sha
from stratum.console.cursor import Cursor
from stratum.console.deployments.answer import Filters, page
from stratum.console.deployments.models import Deployment, DeploymentPage
from stratum.console.dora.answer import dora
from stratum.console.dora.models import DoraAnswer, Metric
from stratum.console.scope import Scope
from stratum.console.windows import Window

CASES = sorted(path.parent for path in Path(__file__).parents[3].glob("golden/*/rows.json"))
ARRIVES_ROW_BY_ROW = {"late_event", "duplicate_versions"}
Expected = Mapping[str, Any]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_golden_case_is_answered_as_computed_by_hand(case: Path, world: World) -> None:
    one_by_one = case.name in ARRIVES_ROW_BY_ROW
    world.fill(json.loads((case / "rows.json").read_text()), one_by_one=one_by_one)
    questions = json.loads((case / "expected.json").read_text())["questions"]
    for question in questions:
        metrics, deployments = asyncio.run(ask(world, question))
        for name, expected in question["metrics"].items():
            assert seen(getattr(metrics.metrics, name), expected) == near(expected), name
        if "deployments" in question:
            wanted = question["deployments"]
            assert deployments.total == len(wanted)
            pairs = zip(deployments.items, wanted, strict=True)
            shown = [told(item, expected) for item, expected in pairs]
            assert shown == [near(expected) for expected in wanted]


async def ask(world: World, question: Expected) -> tuple[DoraAnswer, DeploymentPage]:
    scope = Scope(question.get("service", ""), question.get("environment", "production"))
    bounds = (datetime.fromisoformat(question["window"][name]) for name in ("from", "to"))
    window, warehouse = Window(*bounds), world.warehouse()
    try:
        return (
            await dora(warehouse, scope, window),
            await page(warehouse, scope, window, Filters(limit=100), Cursor()),
        )
    finally:
        await warehouse.close()


def seen(metric: Metric, expected: Expected) -> Expected:
    """As much of the metric as the case speaks of."""
    found: dict[str, Any] = {
        **metric.model_dump(),
        "excluded": {item.code: item.count for item in metric.excluded},
        "trend": [point.value for point in metric.trend],
    }
    if "previous" in expected:
        found["previous"] = {name: found["previous"][name] for name in expected["previous"]}
    return {name: found[name] for name in expected}


def told(item: Deployment, expected: Expected) -> Expected:
    found: dict[str, Any] = json.loads(item.model_dump_json())
    if found["repaired_by"]:
        found["repaired_by"] = found["repaired_by"].rpartition("/")[2]
    if len(expected.get("commit", "")) == 2 and found["commit"] == sha(expected["commit"]):
        found["commit"] = expected["commit"]
    return {name: found[name] for name in expected}


def near(value: Any) -> Any:
    """Numbers within a millionth."""
    if isinstance(value, dict):
        return {name: near(each) for name, each in value.items()}
    if isinstance(value, list):
        return [near(each) for each in value]
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return pytest.approx(value, rel=1e-6) if is_number else value
