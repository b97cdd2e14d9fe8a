"""Brings the warehouse's tables up to this version: numbered SQL files, each applied once."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files

import msgspec

from stratum.etl.errors import MigrationError
from stratum.etl.warehouse import Warehouse

FILE_NAME = re.compile(r"\d{3}_[a-z0-9_]+\.sql")
END_OF_STATEMENT = re.compile(r";[ \t]*(?:\n|$)")
ENGINE = re.compile(r"\bENGINE = (\w*MergeTree\b)")
TABLE = """
CREATE TABLE IF NOT EXISTS migrations
(
    name String,
    checksum String,
    applied_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(applied_at)
ORDER BY name
"""


@dataclass(frozen=True, slots=True)
class Migration:
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()

    @property
    def statements(self) -> list[str]:
        """A statement ends with a semicolon at the end of a line."""
        return [part for part in map(_strip, END_OF_STATEMENT.split(self.sql)) if part]


def read_migrations() -> list[Migration]:
    folder = files("stratum.warehouse") / "migrations"
    found = [file for file in folder.iterdir() if FILE_NAME.fullmatch(file.name)]
    return [
        Migration(file.name.removesuffix(".sql"), file.read_text(encoding="utf-8"))
        for file in sorted(found, key=lambda file: file.name)
    ]


def migrate(warehouse: Warehouse, migrations: list[Migration]) -> list[str]:
    """The names of those that were applied now.

    A kill in the midst of one leaves it unrecorded; its statements can be run again.
    """
    _create_database(warehouse)
    adapted = replicated if _is_replicated(warehouse) else str
    warehouse.execute(adapted(TABLE))
    known = {
        row[0]: row[1] for row in warehouse.rows("SELECT name, checksum FROM migrations FINAL")
    }
    _compare(warehouse, known, migrations)
    fresh = [migration for migration in migrations if migration.name not in known]
    for migration in fresh:
        for statement in migration.statements:
            warehouse.execute(adapted(statement))
        row = {
            "name": migration.name,
            "checksum": migration.checksum,
            "applied_at": datetime.now(UTC),
        }
        warehouse.insert("migrations", msgspec.json.encode(row))
    return [migration.name for migration in fresh]


def replicated(statement: str) -> str:
    """As a database of several servers needs it: by itself it shares tables, not their rows."""
    with_engine = ENGINE.sub(r"ENGINE = Replicated\1", statement)
    return with_engine.replace(
        "non_replicated_deduplication_window", "replicated_deduplication_window"
    )


def _create_database(warehouse: Warehouse) -> None:
    """Only where it is missing: a loader's user need not have the right to create databases."""
    sql = "SELECT count() FROM system.databases WHERE name = {name:String}"
    found = warehouse.execute(sql, {"name": warehouse.database}, database="default")
    if found.strip() == b"0":
        warehouse.execute(f"CREATE DATABASE {warehouse.database}", database="default")


def _is_replicated(warehouse: Warehouse) -> bool:
    sql = "SELECT engine FROM system.databases WHERE name = {name:String}"
    found = warehouse.execute(sql, {"name": warehouse.database}, database="default")
    return found.strip() == b"Replicated"


def _compare(warehouse: Warehouse, known: dict[str, str], migrations: list[Migration]) -> None:
    ours = {migration.name: migration.checksum for migration in migrations}
    for name, checksum in sorted(known.items()):
        if name not in ours:
            raise MigrationError(
                f"the warehouse has the migration {name}, which this version does not know",
                where=warehouse.place,
                hint="run a version of stratum that is not older than the warehouse's tables",
            )
        if ours[name] != checksum:
            raise MigrationError(
                f"the migration {name} is not the one that was applied",
                where=warehouse.place,
                hint="leave applied migrations as they are; write a new one",
            )


def _strip(statement: str) -> str:
    lines = statement.splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith("--")).strip()
