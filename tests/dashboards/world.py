"""What the servers are asked about, and what is put into them before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from ansible_collections.stratum.platform.tests.dashboards import history, programs
from ansible_collections.stratum.platform.tests.dashboards.grafana import Window
from ansible_collections.stratum.platform.tests.integration.conftest import (
    Bucket,
    free_ports,
    wait_until,
)
from ansible_collections.stratum.platform.tests.integration.test_collector import Collector
from ansible_collections.stratum.platform.tests.integration.warehouse_process import (
    WarehouseProcess,
)
from stratum.console.telemetry import Telemetry
from stratum.etl.metrics import Metrics
from stratum.etl.passes import Summary

FILES = Path(__file__).resolve().parents[2] / "roles" / "grafana" / "files" / "dashboards"
WRITTEN = Path(__file__).with_name("exposition")
DASHBOARDS = {
    path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FILES.rglob("*.json"))
}


@dataclass(frozen=True)
class World:
    """`short` is what metrics and logs are shown for, `long` what deliveries are."""

    prometheus: programs.Server
    loki: programs.Server
    warehouse: WarehouseProcess
    short: Window
    long: Window


def queries() -> Iterator[str]:
    """All that Prometheus is asked, for values of variables too."""
    for dashboard in DASHBOARDS.values():
        yield from (each.get("definition", "") for each in dashboard["templating"]["list"])
        for panel in dashboard["panels"]:
            yield from (target.get("expr", "") for target in panel.get("targets", []))


def push_lines(loki: programs.Server, window: Window) -> None:
    """Of two services on two hosts, one of them in trouble."""
    lines = {"checkout": "error: no connection to the store", "search": "answered 200 in 3 ms"}
    moments = [window.until - timedelta(seconds=30 * number) for number in range(1, 60)]
    streams = [
        {
            "stream": {"job": job, "host": f"host-{job}"},
            "values": [[str(int(at.timestamp() * 1e9)), line] for at in reversed(moments)],
        }
        for job, line in lines.items()
    ]
    answer = httpx.post(f"{loki.url}/loki/api/v1/push", json={"streams": streams}, timeout=30)
    assert answer.status_code == 204, answer.text


def from_programs(
    folder: Path, loki: programs.Server, warehouse: WarehouseProcess
) -> Iterator[history.Told]:
    """What real servers tell; each is asked once."""
    with programs.exporter("node_exporter", folder / "node") as node:
        text = node.metrics()
        yield _told("node", text, machine="a")
        # As the agent of a cluster finds it.
        yield _told("node", text, node="b", cluster="second")
    with programs.prometheus(folder / "scraping", scrapes=True) as itself:
        wait_until(lambda: "_appended_total{" in itself.metrics(), 30.0, itself.metrics)
        yield _told("prometheus", itself.metrics())
    flags = ["--config.file=alertmanager.yml", "--cluster.listen-address="]
    (folder / "alertmanager").mkdir()
    (folder / "alertmanager" / "alertmanager.yml").write_text(
        json.dumps({"route": {"receiver": "nobody"}, "receivers": [{"name": "nobody"}]})
    )
    with programs.exporter("alertmanager", folder / "alertmanager", *flags) as alertmanager:
        yield _told("alerting", alertmanager.metrics())
    yield _told("loki", loki.metrics())
    with warehouse.client("console") as client:
        assert client.post("/", content="SELECT no_such_column").status_code != 200
    yield _told("warehouse", httpx.get(f"{warehouse.url}/metrics", verify=False).text)


def from_services(folder: Path) -> Iterator[history.Told]:
    """The collector as a process; the others by the code that counts in them."""
    (folder / "collector").mkdir()
    collector = Collector(folder / "collector", free_ports(), wait_until)
    collector.configure(Bucket("stratum-raw", "http://127.0.0.1:9", "a", "b"))
    collector.start()
    try:
        for delivery in ("one", "two", "two"):
            collector.push(delivery)
        collector.push("three", secret="of somebody else")
        collector.github(b"{", "four")
        yield _told("collector", httpx.get(f"{collector.url}/metrics").text)
    finally:
        collector.kill()
    etl = Metrics()
    etl.passed(Summary(loaded=1, rows={"deployments": 3}), whole=True)
    yield _told("etl", etl.text().decode())
    console = Telemetry()
    console.request("/api/services", "GET", 200, 0.02)
    yield _told("console", console.text().decode())


def written() -> Iterator[history.Told]:
    """What nothing here could tell: Kubernetes, and what Prometheus adds by itself."""
    for path in sorted(WRITTEN.glob("*.prom")):
        text = path.read_text()
        if path.stem == "prometheus_itself":
            yield history.Told(text, {})
        else:
            yield _told(path.stem, text, cluster="second")


def _told(job: str, text: str, **labels: str) -> history.Told:
    return history.Told(text, {"job": job, "instance": "127.0.0.1:9100", **labels})


def panels() -> list[Any]:
    """Each with the dashboard that it belongs to."""
    return [
        pytest.param(dashboard, panel, id=f"{name}: {panel['title']}")
        for name, dashboard in DASHBOARDS.items()
        for panel in dashboard["panels"]
        if panel["type"] != "row"
    ]


def variables() -> list[Any]:
    return [
        pytest.param(variable, id=f"{name}: {variable['name']}")
        for name, dashboard in DASHBOARDS.items()
        for variable in dashboard["templating"]["list"]
        if variable["type"] == "query"
    ]
