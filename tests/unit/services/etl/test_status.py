"""Health, readiness and metrics of the watching loader."""

from __future__ import annotations

import httpx
import pytest

from stratum.etl.errors import EtlError
from stratum.etl.metrics import Metrics
from stratum.etl.passes import Summary
from stratum.etl.status import Status, serving
from stratum.health import Health

HEALTH = Health("etl", "1.0.0", "r7", "2026-11-21T12:00:00Z")


@pytest.fixture
def status() -> Status:
    return Status(HEALTH, Metrics())


def test_health_echoes_the_revision(status: Status) -> None:
    with serving(status, "127.0.0.1", 0) as port:
        answer = httpx.get(f"http://127.0.0.1:{port}/healthz", verify=False)
    assert answer.json() == {
        "service": "etl",
        "version": "1.0.0",
        "revision": "r7",
        "started_at": "2026-11-21T12:00:00Z",
        "status": "ok",
    }


def test_readiness_tells_what_is_waited_for(status: Status) -> None:
    status.reasons = ["the store is away"]
    assert status.answer("/readyz") == (
        503,
        "application/json",
        b'{"reasons":["the store is away"],"status":"waiting"}',
    )
    status.reasons = []
    assert status.answer("/readyz")[0] == 200


def test_metrics_count_rows_and_objects_in_trouble(status: Status) -> None:
    status.metrics.passed(Summary(loaded=2, rows={"points": 5}, replaced=["a"]), whole=True)
    text = status.answer("/metrics")[2].decode()
    assert 'stratum_etl_rows_loaded_total{table="points"} 5.0' in text
    assert 'stratum_etl_objects_in_trouble{kind="replaced"} 1.0' in text


def test_a_busy_port_is_named(status: Status) -> None:
    with (
        serving(status, "127.0.0.1", 0) as port,
        pytest.raises(EtlError) as refusal,
        serving(status, "127.0.0.1", port),
    ):
        pass
    assert str(refusal.value) == (
        f"127.0.0.1:{port}: cannot listen: address already in use; "
        "choose another port, or end the process that has it"
    )
