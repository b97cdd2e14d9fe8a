"""What the console's tests share: one real warehouse process, and a database for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from ansible_collections.stratum.platform.tests.integration.warehouse_process import (
    WarehouseProcess,
    new_warehouse,
)
from ansible_collections.stratum.platform.tests.unit.services.console.world import World

numbers = count(1)


@pytest.fixture(scope="session")
def warehouse_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarehouseProcess]:
    process = new_warehouse(tmp_path_factory.mktemp("warehouse"))
    try:
        process.start()
        yield process
    finally:
        process.stop()


@pytest.fixture(scope="session")
def new_world(warehouse_process: WarehouseProcess) -> Callable[[], World]:
    return lambda: World(warehouse_process, f"world_{next(numbers)}")


@pytest.fixture
def world(new_world: Callable[[], World]) -> World:
    return new_world()
