"""Who may run what; the engine's own judgement is given by hand here."""

from __future__ import annotations

import pytest

from stratum.warehouse.access import Access, Decision, Effect, Judgement, decide
from stratum.warehouse.statement import read_statement

FUNCTIONS = frozenset({"numbers", "file", "url", "s3", "executable", "view"})


def decision(
    access: Access,
    sql: str,
    effect: Effect = "read",
    *,
    statements: int = 1,
    only_target: bool = True,
    changes_database: bool = False,
) -> Decision:
    judgement = Judgement(effect, statements, False, only_target, changes_database)
    statement = read_statement(sql.encode())
    return decide(access, statement, judgement, database="stratum", table_functions=FUNCTIONS)


@pytest.mark.parametrize("access", ["reader", "ingest"])
def test_reading_happens_in_a_session_that_only_reads(access: Access) -> None:
    assert decision(access, "SELECT * FROM numbers(3)") == Decision(read_only=True)


def test_an_admin_is_not_restricted() -> None:
    assert decision("admin", "DROP DATABASE x", "write", only_target=False) == Decision(False)


@pytest.mark.parametrize("access", ["admin", "ingest", "reader"])
@pytest.mark.parametrize(
    ("sql", "statements", "refusal"),
    [
        ("SELECT 1; SELECT 2", 2, "Multi-statements are not allowed"),
        (
            "INSERT INTO t FROM INFILE '/x' FORMAT CSV",
            1,
            "INFILE and OUTFILE are for files of the client, not of the server",
        ),
    ],
)
def test_some_statements_are_for_nobody(
    access: Access, sql: str, statements: int, refusal: str
) -> None:
    assert decision(access, sql, "write", statements=statements).refusal == refusal


@pytest.mark.parametrize("effect", ["write", "global", "control"])
def test_a_reader_may_not_change_anything(effect: Effect) -> None:
    assert decision("reader", "INSERT INTO t SELECT 1", effect) == Decision(
        True, "this user may only read"
    )


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO t FORMAT CSV\n1",
        "ALTER TABLE t DELETE WHERE n = 1 SETTINGS mutations_sync = 2",
        "DELETE FROM t WHERE n = 1",
        "CREATE TABLE t (n Int8) ENGINE = ReplacingMergeTree(n) ORDER BY n",
        "CREATE MATERIALIZED VIEW v TO t AS SELECT 1",
    ],
)
def test_an_ingester_writes_to_its_database(sql: str) -> None:
    assert decision("ingest", sql, "write") == Decision(read_only=False)


@pytest.mark.parametrize(
    ("sql", "refusal"),
    [
        ("DROP TABLE t", "this user may only read, insert, delete, alter and create, not DROP"),
        ("CREATE OR REPLACE TABLE t (n Int8)", "this user may only create tables and views"),
        ("CREATE DICTIONARY d", "this user may only create tables and views"),
        ("CREATE TABLE t ENGINE = URL", "this user may not use the table engine url"),
        ("INSERT INTO t SELECT * FROM s3('x')", "this user may not use s3()"),
        ("INSERT INTO t VALUES (aiGenerate('x'))", "this user may not use aigenerate()"),
    ],
)
def test_an_ingester_is_told_what_it_may_not(sql: str, refusal: str) -> None:
    assert decision("ingest", sql, "write").refusal == refusal


@pytest.mark.parametrize("change", [{"only_target": False}, {"changes_database": True}])
def test_an_ingester_stays_in_its_database(change: dict[str, bool]) -> None:
    refusal = decision("ingest", "INSERT INTO x.t SELECT 1", "write", **change).refusal
    assert refusal == "this user may only write to tables of the database stratum"
