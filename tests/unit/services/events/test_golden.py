"""One event of each kind and the rows it yields, both as files."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from stratum.events import parse

EVENTS = Path(__file__).parent / "events"
GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(path.stem for path in EVENTS.glob("*.json"))


@pytest.mark.parametrize("case", CASES)
def test_event_yields_the_golden_rows(case, wrap, body_of):
    source, _, kind = case.partition("-")
    envelope = wrap(source, kind, body_of(case))
    rows = msgspec.to_builtins(parse(envelope))
    for row in rows["deployments_raw"]:
        assert row.pop("payload") == envelope.body
    found = {table: entries for table, entries in rows.items() if entries}
    # Through JSON, as the ETL writes them.
    found = json.loads(msgspec.json.encode(found))
    golden = GOLDEN / f"{case}.json"
    assert found == json.loads(golden.read_text(encoding="utf-8"))


def test_every_golden_file_has_its_event():
    assert sorted(path.stem for path in GOLDEN.glob("*.json")) == CASES
