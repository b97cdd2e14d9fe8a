"""What a dashboard is made of, before Grafana's own form: rows of panels that ask data sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

SourceName = Literal["metrics", "logs", "warehouse"]
Kind = Literal["timeseries", "stat", "table", "logs"]
# Of a counter: as long as it must be for at least two scrapes.
RATE = "[$__rate_interval]"


@dataclass(frozen=True)
class Source:
    """A data source is named by a variable whose first value is the uid that the role gives it."""

    variable: SourceName
    plugin: str
    uid: str
    label: str

    @property
    def reference(self) -> dict[str, str]:
        return {"type": self.plugin, "uid": f"${{{self.variable}}}"}


SOURCES: dict[SourceName, Source] = {
    "metrics": Source("metrics", "prometheus", "prometheus", "Metrics"),
    "logs": Source("logs", "loki", "loki", "Logs"),
    "warehouse": Source("warehouse", "grafana-clickhouse-datasource", "warehouse", "Warehouse"),
}


@dataclass(frozen=True)
class Query:
    """`now` asks for one value at the end of the window, not for its course."""

    text: str
    legend: str = ""
    now: bool = False


@dataclass(frozen=True)
class Panel:
    """`units` names the units of single columns or values, where `unit` does not hold for them.

    Without a sound answer the kinds timeseries and table show nothing; `zero` is what a stat shows.
    `warn` and `bad` colour values from there on; where `bad` is the smaller one, below it.
    """

    title: str
    description: str
    source: SourceName
    queries: tuple[Query, ...]
    unit: str = "short"
    kind: Kind = "timeseries"
    width: int = 8
    height: int = 8
    stacked: bool = False
    bars: bool = False
    least: float | None = None
    most: float | None = None
    warn: float | None = None
    bad: float | None = None
    zero: str = "none"
    units: Mapping[str, str] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class Variable:
    """Its values come from a query; a `label` of Loki; or, without either, from a text field.

    `everything` stands for all values, in the words of the source that is asked.
    """

    name: str
    title: str
    source: SourceName | None = None
    query: str = ""
    everything: str = ""
    multiple: bool = True


@dataclass(frozen=True)
class Dashboard:
    uid: str
    folder: str
    title: str
    description: str
    rows: tuple[Row, ...]
    variables: tuple[Variable, ...] = ()
    since: str = "now-6h"
    refresh: str = "1m"

    @property
    def panels(self) -> list[Panel]:
        return [panel for row in self.rows for panel in row.panels]

    @property
    def sources(self) -> list[Source]:
        """In the order of SOURCES, those that it asks."""
        asked = {panel.source for panel in self.panels}
        return [source for name, source in SOURCES.items() if name in asked]

    @property
    def file(self) -> str:
        return f"{self.folder}/{self.uid.removeprefix('stratum-')}.json"


Json = dict[str, Any]
