"""The migration files: their order, and SQL that a ClickHouse server knows as well."""

from __future__ import annotations

import re

import pytest

from stratum.etl.migrate import TABLE, Migration, read_migrations, replicated
from stratum.etl.targets import TARGETS

MIGRATIONS = read_migrations()
TABLES = {
    match.group(1): statement
    for migration in MIGRATIONS
    for statement in migration.statements
    if (match := re.match(r"CREATE TABLE IF NOT EXISTS (\w+)", statement))
}


def test_migrations_are_numbered_without_a_gap() -> None:
    numbers = [int(migration.name[:3]) for migration in MIGRATIONS]
    assert numbers == list(range(1, len(MIGRATIONS) + 1))


def test_statements_end_at_semicolons_that_end_a_line() -> None:
    migration = Migration("001_a", "-- one;\nSELECT ';';\n\n-- two\nSELECT 2")
    assert migration.statements == ["SELECT ';'", "SELECT 2"]


@pytest.mark.parametrize("statement", [s for m in MIGRATIONS for s in m.statements])
def test_a_statement_can_be_run_again(statement: str) -> None:
    assert "IF NOT EXISTS" in statement or "IF EXISTS" in statement


@pytest.mark.parametrize("target", TARGETS.values(), ids=list(TARGETS))
def test_every_target_remembers_tokens_and_knows_where_its_rows_come_from(target) -> None:
    statement = TABLES[target.table]
    assert "non_replicated_deduplication_window = 10000" in statement
    assert "_src LowCardinality(String)" in statement
    assert ("ReplacingMergeTree" in statement) == bool(target.identity)


@pytest.mark.parametrize(
    "target", [target for target in TARGETS.values() if target.identity], ids=lambda t: t.table
)
def test_the_identity_of_a_state_is_its_sorting_key(target) -> None:
    key = re.search(r"ORDER BY \(([^)]*)\)", TABLES[target.table])
    assert key is not None
    assert set(key.group(1).split(", ")) == set(target.identity)


def test_raw_deployments_have_monthly_parts_and_end_after_a_year() -> None:
    statement = TABLES["deployments_raw"]
    assert "PARTITION BY toYYYYMM(event_time)" in statement
    assert "ORDER BY (app, event_time)" in statement
    assert "TTL toDateTime(event_time) + INTERVAL 1 YEAR" in statement


@pytest.mark.parametrize("statement", [TABLE, *TABLES.values()])
def test_in_a_replicated_database_every_table_shares_its_rows(statement: str) -> None:
    before = re.findall(r"ENGINE = (\w+)", statement)
    after = replicated(statement)
    assert re.findall(r"ENGINE = (\w+)", after) == [f"Replicated{engine}" for engine in before]
    assert "non_replicated" not in after
