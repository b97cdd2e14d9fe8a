"""A quarter of a company's deliveries in a real warehouse, through the real parsers."""

from __future__ import annotations

import json
from datetime import datetime
from importlib import resources

import msgspec

from ansible_collections.stratum.platform.tests.integration.warehouse_process import (
    WarehouseProcess,
)
from stratum.events import Envelope, EventError, parse
from stratum.sample.quarter import quarter

TABLES = ("deployments", "commits", "changes", "incidents")
OPEN_CHANGE = {
    "source": "github",
    "repository": "github.com/harbour/checkout",
    "number": 99999,
    "title": "It's still open",
    "author": "amina",
    "state": "open",
    "merge_commit": "",
    "head_sha": "",
    "base_branch": "main",
    "labels": [],
    "url": "",
    "event_id": "",
    "sample": True,
    "version": 1,
    "merged_at": None,
}


def fill(warehouse: WarehouseProcess, until: datetime) -> None:
    """Make the tables, then the rows."""
    migrations = resources.files("stratum.warehouse").joinpath("migrations")
    for file in sorted(migrations.iterdir(), key=lambda each: each.name):
        for statement in file.read_text("utf-8").split(";\n"):
            if "CREATE" in statement:
                warehouse.ask(statement)
    rows: dict[str, list[bytes]] = {table: [] for table in TABLES}
    for number, item in enumerate(quarter(until, 1).deliveries):
        for table, parsed in _parsed(
            number, item.source, item.kind, item.delivery, item.body, until
        ):
            rows[table].append(parsed)
    # One that nobody has merged, whatever the story tells.
    rows["changes"].append(json.dumps({**OPEN_CHANGE, "created_at": until.isoformat()}).encode())
    for table, lines in rows.items():
        body = b"\n".join(line[:-1] + b',"_src":"test","_row":0}' for line in lines)
        insert = f"INSERT INTO {table} SETTINGS date_time_input_format = 'best_effort'"
        warehouse.ask(f"{insert} FORMAT JSONEachRow\n{body.decode()}")


def _parsed(
    number: int, source: str, kind: str, delivery: str, body: bytes, until: datetime
) -> list[tuple[str, bytes]]:
    """Rows by table; nothing of an event that the ETL could not read either."""
    try:
        named = json.loads(body).get("object_kind", kind)
        envelope = Envelope(
            id=f"c1-{number:016d}",
            source=source,
            kind=named,
            delivery=delivery,
            received_at=until,
            sample=True,
            body=body.decode(),
        )
        found = parse(envelope)
    except (EventError, ValueError):
        return []
    return [(table, msgspec.json.encode(row)) for table in TABLES for row in getattr(found, table)]
