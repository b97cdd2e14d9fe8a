"""A dashboard in the JSON that Grafana 12 and 13 read alike (schema v1)."""

from __future__ import annotations

import json
from collections.abc import Iterator

from .model import SOURCES, Dashboard, Json, Panel, Query, Row, Source, Variable

# Grafana 12 writes it; newer ones bring it up by themselves.
SCHEMA = 41
COLUMNS = 24
HEADING = 1
EVERYTHING = "$__all"
# How the ClickHouse plug-in calls a query's answer, and the number it once had for that.
COURSE, LIST = ("timeseries", 0), ("table", 1)


def text(dashboard: Dashboard) -> str:
    return json.dumps(rendered(dashboard), indent=2, ensure_ascii=False) + "\n"


def rendered(dashboard: Dashboard) -> Json:
    variables = [_source_variable(source) for source in dashboard.sources]
    variables += [_variable(each) for each in dashboard.variables]
    return {
        "uid": dashboard.uid,
        "title": dashboard.title,
        "description": dashboard.description,
        "tags": ["stratum", dashboard.folder],
        "schemaVersion": SCHEMA,
        "editable": False,
        "graphTooltip": 1,
        "timezone": "browser",
        "time": {"from": dashboard.since, "to": "now"},
        "refresh": dashboard.refresh,
        "annotations": {"list": []},
        "links": [],
        "templating": {"list": variables},
        "panels": list(_panels(dashboard.rows)),
    }


def _panels(rows: tuple[Row, ...]) -> Iterator[Json]:
    """From left to right; a panel that finds no room begins a new line below the highest before."""
    number, top = 0, 0
    for row in rows:
        number += 1
        yield _heading(row, number, top)
        top += HEADING
        left, highest = 0, 0
        for panel in row.panels:
            if left + panel.width > COLUMNS:
                left, top, highest = 0, top + highest, 0
            number += 1
            yield _panel(panel, number, left, top)
            left, highest = left + panel.width, max(highest, panel.height)
        top += highest


def _heading(row: Row, number: int, top: int) -> Json:
    place = {"x": 0, "y": top, "w": COLUMNS, "h": HEADING}
    return {
        "id": number,
        "type": "row",
        "title": row.title,
        "collapsed": False,
        "gridPos": place,
        "panels": [],
    }


def _panel(panel: Panel, number: int, left: int, top: int) -> Json:
    source = SOURCES[panel.source]
    letters = "ABCDEFGH"
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.description,
        "datasource": source.reference,
        "gridPos": {"x": left, "y": top, "w": panel.width, "h": panel.height},
        "targets": [
            _target(panel, query, source, letter)
            for query, letter in zip(panel.queries, letters, strict=False)
        ],
        "fieldConfig": {"defaults": _defaults(panel), "overrides": list(_overrides(panel))},
        "options": _options(panel),
    }


def _target(panel: Panel, query: Query, source: Source, letter: str) -> Json:
    common: Json = {"refId": letter, "datasource": source.reference}
    if panel.source == "warehouse":
        name, number = COURSE if panel.kind == "timeseries" else LIST
        asked = {"editorType": "sql", "rawSql": query.text, "queryType": name, "format": number}
        return {**common, **asked}
    at_once = query.now or panel.kind == "table"
    if panel.source == "logs":
        kind = "instant" if at_once else "range"
        return {**common, "expr": query.text, "queryType": kind, "legendFormat": query.legend}
    return {
        **common,
        "expr": query.text,
        "legendFormat": query.legend,
        "instant": at_once,
        "range": not at_once,
        "format": "table" if panel.kind == "table" else "time_series",
    }


def _defaults(panel: Panel) -> Json:
    bounds = {"min": panel.least, "max": panel.most}
    return {
        "unit": panel.unit,
        "color": {"mode": "thresholds" if panel.kind == "stat" else "palette-classic"},
        "thresholds": {"mode": "absolute", "steps": list(_steps(panel))},
        "custom": _custom(panel),
        "noValue": panel.zero if panel.kind == "stat" else "",
        **{name: value for name, value in bounds.items() if value is not None},
    }


def _steps(panel: Panel) -> Iterator[Json]:
    """The first step holds for everything below the second."""
    warn, bad = panel.warn, panel.bad
    downwards = warn is not None and bad is not None and bad < warn
    yield {"color": "red" if downwards else "green", "value": None}
    if downwards:
        yield {"color": "orange", "value": bad}
        yield {"color": "green", "value": warn}
        return
    if warn is not None:
        yield {"color": "orange", "value": warn}
    if bad is not None:
        yield {"color": "red", "value": bad}


def _custom(panel: Panel) -> Json:
    if panel.kind != "timeseries":
        return {}
    return {
        "drawStyle": "bars" if panel.bars else "line",
        "fillOpacity": 60 if panel.stacked or panel.bars else 10,
        "lineWidth": 1,
        "showPoints": "auto",
        "spanNulls": False,
        "stacking": {"group": "A", "mode": "normal" if panel.stacked else "none"},
    }


def _overrides(panel: Panel) -> Iterator[Json]:
    def of(name: str, identity: str, value: object) -> Json:
        matcher = {"id": "byName", "options": name}
        return {"matcher": matcher, "properties": [{"id": identity, "value": value}]}

    yield from (of(name, "unit", unit) for name, unit in panel.units.items())
    yield from (of(name, "custom.hidden", True) for name in panel.hidden)


def _options(panel: Panel) -> Json:
    if panel.kind == "logs":
        return {"showTime": True, "wrapLogMessage": True, "sortOrder": "Descending"}
    if panel.kind == "table":
        return {"showHeader": True, "cellHeight": "sm"}
    if panel.kind == "stat":
        reduction = {"calcs": ["lastNotNull"], "fields": "", "values": False}
        return {"reduceOptions": reduction, "colorMode": "value", "graphMode": "none"}
    legend = {"displayMode": "list", "placement": "bottom", "showLegend": True}
    return {"legend": legend, "tooltip": {"mode": "multi", "sort": "desc"}}


def _source_variable(source: Source) -> Json:
    return {
        "name": source.variable,
        "label": source.label,
        "type": "datasource",
        "query": source.plugin,
        "current": {"text": source.label, "value": source.uid},
        "options": [],
        "regex": "",
        "refresh": 1,
        "multi": False,
        "includeAll": False,
        "hide": 0,
    }


def _variable(variable: Variable) -> Json:
    named: Json = {"name": variable.name, "label": variable.title, "hide": 0, "options": []}
    if variable.source is None:
        empty = {"text": "", "value": ""}
        return {**named, "type": "textbox", "query": "", "current": empty}
    all_of_it = ["All"], [EVERYTHING]
    shown, value = all_of_it if variable.multiple else ("All", EVERYTHING)
    return {
        **named,
        "type": "query",
        "datasource": SOURCES[variable.source].reference,
        "definition": variable.query,
        "query": _variable_query(variable),
        "regex": "",
        "refresh": 2,
        "sort": 1,
        "multi": variable.multiple,
        "includeAll": True,
        "allValue": variable.everything,
        "current": {"text": shown, "value": value},
    }


def _variable_query(variable: Variable) -> object:
    """Each data source has a form of its own; of Loki the values of a label are asked."""
    if variable.source == "metrics":
        return {"query": variable.query, "refId": variable.name}
    if variable.source == "logs":
        return {"label": variable.query, "stream": "", "type": 1, "refId": variable.name}
    return variable.query
