"""Prometheus, Loki and the warehouse with data in them, once for all tests of the dashboards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from ansible_collections.stratum.platform.tests.dashboards import deliveries, history, programs
from ansible_collections.stratum.platform.tests.dashboards.grafana import this_moment
from ansible_collections.stratum.platform.tests.dashboards.world import (
    World,
    from_programs,
    from_services,
    push_lines,
    queries,
    written,
)
from ansible_collections.stratum.platform.tests.integration.warehouse_process import new_warehouse


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    short = this_moment(timedelta(hours=3), timedelta(seconds=60))
    long = this_moment(timedelta(days=90), timedelta(hours=12))
    warehouse = new_warehouse(folder / "warehouse")
    try:
        warehouse.start()
        deliveries.fill(warehouse, long.until)
        with programs.loki(folder / "loki") as loki:
            push_lines(loki, short)
            told = [*from_programs(folder, loki, warehouse), *from_services(folder), *written()]
            data = folder / "prometheus"
            history.write(told, history.names_in(queries()), short, data)
            with programs.prometheus(data) as prometheus:
                yield World(prometheus, loki, warehouse, short, long)
    finally:
        warehouse.stop()
