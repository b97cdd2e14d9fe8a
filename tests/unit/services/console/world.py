"""A database of its own in a real warehouse, filled from the short rows of tests/golden."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from importlib import resources
from typing import Any

from ansible_collections.stratum.platform.tests.integration.warehouse_process import (
    WarehouseProcess,
)
from stratum.console.settings import WarehouseSettings
from stratum.console.warehouse import Warehouse

Row = Mapping[str, Any]
REPOSITORY = "git.example/shop"


class World:
    """One database with the real tables."""

    def __init__(self, process: WarehouseProcess, database: str) -> None:
        self._process = process
        self.database = database
        process.ask(f"CREATE DATABASE {database}", database="default")
        migrations = resources.files("stratum.warehouse").joinpath("migrations")
        for name in ("001_events.sql", "002_delivery.sql"):
            for statement in migrations.joinpath(name).read_text("utf-8").split(";\n"):
                if "CREATE" in statement:
                    process.ask(statement, database=database)

    def warehouse(self) -> Warehouse:
        """The console's own client, as the user who may only read."""
        settings = WarehouseSettings(
            url=self._process.url,
            user="console",
            password_file=self._process.password_file("console"),
            database=self.database,
        )
        return Warehouse(settings, self._process.passwords["console"])

    def fill(self, rows: Mapping[str, Iterable[Row]], *, one_by_one: bool = False) -> None:
        """In the order of the tables and rows as given; one by one, each is a part of its own."""
        makers = {"deployments": deployment, "commits": commit, "incidents": incident}
        for table, given in rows.items():
            made = [makers.get(table, dict)(row) for row in given]
            for batch in [[row] for row in made] if one_by_one else [made] if made else []:
                self._insert(table, *batch)

    def _insert(self, table: str, *rows: Row) -> None:
        lines = "\n".join(json.dumps({**row, "_src": "test", "_row": 0}) for row in rows)
        self._process.ask(
            f"INSERT INTO {table} SETTINGS date_time_input_format = 'best_effort' "
            f"FORMAT JSONEachRow\n{lines}",
            database=self.database,
        )


def deployment(row: Row) -> Row:
    result = row.get("result", "success")
    return {
        "source": row.get("source", "github"),
        "service": row.get("service", "shop"),
        "environment": row.get("environment", "production"),
        "id": row["id"],
        "repository": row.get("repository", REPOSITORY),
        "commit": sha(row["commit"]),
        "ref": row.get("ref", "main"),
        "release": row.get("release", ""),
        "kind": row.get("kind", "planned"),
        "result": result,
        "started_at": row.get("started", row["at"]),
        "finished_at": None if result == "running" else row["at"],
        "url": "",
        "actor": "",
        "event_id": row.get("event_id", ""),
        "sample": row.get("sample", False),
        "version": row.get("version", 1),
    }


def commit(row: Row) -> Row:
    pushed = datetime.fromisoformat(row["pushed"])
    return {
        "repository": row.get("repository", REPOSITORY),
        "branch": row.get("branch", "main"),
        "sha": sha(row["sha"]),
        "parent": "",
        "position": int(pushed.timestamp() * 1000) * 1000 + row.get("index", 0),
        "authored_at": row["authored"],
        "author": row.get("author", ""),
        "message": row.get("message", ""),
        "pushed_at": row["pushed"],
        "url": "",
        "event_id": "",
        "sample": row.get("sample", False),
    }


def incident(row: Row) -> Row:
    return {
        "source": "github",
        "id": row["id"],
        "service": row.get("service", "shop"),
        "environment": row.get("environment", "production"),
        "title": row.get("title", ""),
        "state": "resolved" if row["resolved"] else "open",
        "opened_at": row["opened"],
        "resolved_at": row["resolved"],
        "deployment_ref": sha(row["ref"]) if row.get("ref") else "",
        "labels": [],
        "url": "",
        "event_id": "",
        "sample": row.get("sample", False),
        "version": row.get("version", 1),
    }


def sha(name: str) -> str:
    """`c1` is c1 twenty times over, `c1:8` its first eight digits; anything longer is itself."""
    two, _, length = name.partition(":")
    whole = two * 20 if len(two) == 2 and not two.startswith("d") else two
    return whole[: int(length)] if length else whole
