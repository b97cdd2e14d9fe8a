"""Asks a target of a panel, or a variable, as Grafana's data source for it would."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.stratum.platform.tests.dashboards.grafana import Chosen, Window
from ansible_collections.stratum.platform.tests.dashboards.world import World

LABEL_VALUES = re.compile(r"label_values\((\w+), (\w+)\)")
Row = Mapping[str, Any]


def window_of(world: World, source: str) -> Window:
    return world.long if source == "grafana-clickhouse-datasource" else world.short


def ask(world: World, target: Mapping[str, Any], chosen: Chosen) -> list[Row]:
    """The rows: of a series or stream its labels with one value each; of a table its columns."""
    kind = target["datasource"]["type"]
    if kind == "grafana-clickhouse-datasource":
        return sql(world, chosen.sql(target["rawSql"]))
    text = chosen.metrics(target["expr"])
    window = chosen.window
    times = {"start": window.since.timestamp(), "end": window.until.timestamp()}
    steps = {**times, "step": window.step.total_seconds()}
    if kind == "prometheus":
        if target["instant"]:
            return _series(world.prometheus.get("/api/v1/query", query=text, time=times["end"]))
        return _series(world.prometheus.get("/api/v1/query_range", query=text, **steps))
    if target["queryType"] == "instant":
        return _series(world.loki.get("/loki/api/v1/query", query=text, time=times["end"]))
    return _series(world.loki.get("/loki/api/v1/query_range", query=text, limit=1000, **steps))


def offered(world: World, variable: Mapping[str, Any]) -> list[str]:
    """The values that a variable lets one choose from."""
    kind = variable["datasource"]["type"]
    if kind == "grafana-clickhouse-datasource":
        return [next(iter(row.values())) for row in sql(world, variable["query"])]
    if kind == "loki":
        path = f"/loki/api/v1/label/{variable['query']['label']}/values"
        return list(world.loki.get(path)["data"])
    asked = LABEL_VALUES.fullmatch(variable["query"]["query"])
    assert asked, variable["query"]
    path, window = f"/api/v1/label/{asked[2]}/values", world.short
    times = {"start": window.since.timestamp(), "end": window.until.timestamp()}
    return list(world.prometheus.get(path, **{"match[]": asked[1]}, **times)["data"])


def sql(world: World, text: str) -> list[Row]:
    """As the user who may only read."""
    answer = world.warehouse.ask(f"{text}\nFORMAT JSON", user="console")
    rows: list[Row] = json.loads(answer)["data"]
    return rows


def _series(answer: Mapping[str, Any]) -> list[Row]:
    result: Sequence[Mapping[str, Any]] = answer["data"]["result"]
    rows = []
    for each in result:
        pairs = each["values"] if "values" in each else [each["value"]]
        numbers = [pair[1] for pair in pairs if not _nothing(pair[1])]
        if numbers:
            rows.append({**each.get("metric", each.get("stream", {})), "value": numbers[-1]})
    return rows


def _nothing(value: str) -> bool:
    try:
        return math.isnan(float(value))
    except ValueError:
        return False  # a line of a log
