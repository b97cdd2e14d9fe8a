"""Asks the warehouse for the five metrics of a scope and a window, and words the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from stratum.console.dora.levels import level_of
from stratum.console.dora.measures import MEASURES, Measure
from stratum.console.dora.models import (
    DoraAnswer,
    Excluded,
    Metric,
    Metrics,
    Previous,
    TrendPoint,
    WindowModel,
)
from stratum.console.dora.wording import excluded_text
from stratum.console.rows import BucketRow, UnlinkedRow
from stratum.console.scope import Scope
from stratum.console.warehouse import Warehouse
from stratum.console.windows import Window

Buckets = Mapping[str, BucketRow]


async def dora(warehouse: Warehouse, scope: Scope, window: Window) -> DoraAnswer:
    """One question of all buckets; a second one of the incidents that belong to none."""
    bounds = {"from": window.start, "to": window.end}
    rows, unlinked = await asyncio.gather(
        warehouse.rows(
            "dora",
            BucketRow,
            {**scope.parameters, **bounds, "previous_from": window.previous.start},
        ),
        warehouse.rows("unlinked_incidents", UnlinkedRow, {**scope.parameters, **bounds}),
    )
    buckets = {row.bucket: row for row in rows}
    lost = sum(row.incidents for row in unlinked)
    metrics = {measure.name: metric(measure, buckets, window, lost) for measure in MEASURES}
    return DoraAnswer(
        window=WindowModel.model_validate(
            {"from": window.start, "to": window.end, "days": window.days}
        ),
        service=scope.service or None,
        environment=scope.environment,
        sample=any(row.sample for row in rows) or any(row.sample for row in unlinked),
        metrics=Metrics(**metrics),
    )


def metric(measure: Measure, buckets: Buckets, window: Window, lost: int) -> Metric:
    """One metric of the window; `lost` incidents were put down to no deployment."""
    bucket = _bucket(buckets, "current")
    reading = measure.read(bucket, window.days)
    left_out = measure.excluded(bucket)
    if measure.name == "change_fail_rate":
        left_out = {**left_out, "unlinked_incident": lost}
    return Metric(
        value=reading.value,
        unit=measure.unit,
        level=level_of(measure.name, reading.value),
        statistic=measure.statistic,
        p90=reading.p90,
        n=reading.n,
        numerator=reading.numerator,
        reason=reading.reason,
        excluded=[
            Excluded(code=code, count=count, text=excluded_text(code, count))
            for code, count in left_out.items()
            if count
        ],
        previous=_previous(measure, buckets, window),
        trend=_trend(measure, buckets, window),
    )


def _previous(measure: Measure, buckets: Buckets, window: Window) -> Previous:
    reading = measure.read(_bucket(buckets, "previous"), window.previous.days)
    return Previous(
        value=reading.value,
        n=reading.n,
        level=level_of(measure.name, reading.value),
        reason=reading.reason,
    )


def _trend(measure: Measure, buckets: Buckets, window: Window) -> list[TrendPoint]:
    points = []
    for number, week in enumerate(window.weeks()):
        reading = measure.read(_bucket(buckets, f"week {number}"), week.days)
        points.append(
            TrendPoint.model_validate(
                {"from": week.start, "to": week.end, "value": reading.value, "n": reading.n}
            )
        )
    return points


def _bucket(buckets: Buckets, name: str) -> BucketRow:
    """A bucket without any deployment is not in the answer."""
    return buckets.get(name, BucketRow(bucket=name))
