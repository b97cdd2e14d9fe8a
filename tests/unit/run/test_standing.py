from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.stratum.platform.plugins.module_utils.ready.status import State, Status
from ansible_collections.stratum.platform.plugins.module_utils.run.line import UNICODE, plain
from ansible_collections.stratum.platform.plugins.module_utils.run.record import Record
from ansible_collections.stratum.platform.plugins.module_utils.run.standing import (
    left_over,
    standing,
    table,
)

INSTANCE = {"name": "etl@local", "version": "1.0.0"}
RECORD = Record(
    instance="etl@local", component="etl", product="delivery", release="1.0.0",
    environment="demo", tier="ingest", driver="host", version="1.0.0", revision=3,
    input_digest="", result="ok", run="r", started_at="2026-11-21T12:00:00Z",
    ended_at="2026-11-21T12:00:09Z", duration_seconds=9.0,
    source={"commit": "0123456789abcdef"}, probes=[{"kind": "tcp"}],
)  # fmt: skip


def well(probe: Mapping[str, Any]) -> Status:
    return Status(State.CURRENT, "it answers")


def ill(probe: Mapping[str, Any]) -> Status:
    return Status(State.IN_PROGRESS, "it does not answer")


def test_without_a_record_it_is_not_installed() -> None:
    assert standing(INSTANCE, None, well).state == "not installed"


def test_a_record_and_live_readiness_make_it_ok() -> None:
    assert standing(INSTANCE, RECORD, well).state == "ok"


def test_a_probe_that_is_not_current_says_why() -> None:
    found = standing(INSTANCE, RECORD, ill)
    assert (found.state, found.text) == ("not ready", "it does not answer")


def test_a_failed_installation_is_not_asked_for_readiness() -> None:
    assert standing(INSTANCE, replace(RECORD, result="failed"), well).state == "failed"


def test_another_version_in_the_product_is_told() -> None:
    found = standing({**INSTANCE, "version": "1.1.0"}, RECORD, well)
    assert found.text == "the product has version 1.1.0"


def test_the_table_has_the_commit_in_short() -> None:
    rows = [standing(INSTANCE, RECORD, well), left_over(replace(RECORD, instance="old@local"))]
    assert [plain(line) for line in table(rows, 110, UNICODE)] == [
        "instance   state        version  commit    rev  installed (UTC)",
        "etl@local  ✓ ok         1.0.0    01234567    3  2026-11-21 12:00",
        "old@local  · left over  1.0.0    01234567    3  2026-11-21 12:00  "
        "it is no longer in the product",
    ]
