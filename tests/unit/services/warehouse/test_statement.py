"""What the front reads out of a statement's text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratum.warehouse.statement import read_statement


@pytest.mark.parametrize(
    ("body", "sql", "data_format", "data"),
    [
        (b"INSERT INTO t FORMAT Native\n\x00\xff\n", "INSERT INTO t", "Native", b"\x00\xff\n"),
        (b"insert into t (a, b) format TSV 1\t2", "insert into t (a, b)", "TSV", b"1\t2"),
        (b"INSERT INTO t FORMAT CSV;\r\n1,2", "INSERT INTO t", "CSV", b"1,2"),
        (
            b"INSERT INTO t SETTINGS x = 1 FORMAT CSV\n\n",
            "INSERT INTO t SETTINGS x = 1",
            "CSV",
            b"\n",
        ),
        (
            b"INSERT INTO t (format, `values`) FORMAT CSV\n1",
            "INSERT INTO t (format, `values`)",
            "CSV",
            b"1",
        ),
        (
            b"/* FORMAT a */ INSERT INTO t -- FORMAT b\nFORMAT CSV",
            "/* FORMAT a */ INSERT INTO t",
            "CSV",
            b"",
        ),
    ],
    ids=["native", "words", "semicolon", "settings", "columns", "comments"],
)
def test_data_of_an_insert_begin_behind_its_format(
    body: bytes, sql: str, data_format: str, data: bytes
) -> None:
    statement = read_statement(body)
    assert (statement.sql, statement.data_format, statement.data) == (sql, data_format, data)


@pytest.mark.parametrize(
    "body",
    [
        b"SELECT 1 FORMAT CSV",
        b"INSERT INTO t VALUES (1, 'FORMAT CSV')",
        b"INSERT INTO t FORMAT Values (1)",
        b"INSERT INTO t SELECT * FROM format(CSV, '1')",
        b"SELECT 'INSERT INTO t FORMAT CSV'",
    ],
)
def test_a_statement_without_data_behind_it_stays_whole(body: bytes) -> None:
    statement = read_statement(body)
    assert (statement.sql, statement.data) == (body.decode(), None)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT 1", "TSV"),
        ("SELECT 1 FORMAT JSON", "JSON"),
        ("SELECT format('{}', 1) FORMAT CSV;", "CSV"),
        ("SELECT 'FORMAT CSV'", "TSV"),
        ("SELECT 1 FORMAT JSON SETTINGS max_threads = 1", "JSON"),
    ],
)
def test_the_output_format_is_the_one_that_the_statement_names(sql: str, expected: str) -> None:
    assert read_statement(sql.encode()).output_format("TSV") == expected


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT file('x')",
        "SELECT FILE ('x')",
        "SELECT `file`('x')",
        "SELECT \"file\"/* */ -- a\n('x')",
        "INSERT INTO t VALUES (file('x'))",
    ],
)
def test_a_call_is_found_however_it_is_written(sql: str) -> None:
    assert "file" in read_statement(sql.encode()).calls


@pytest.mark.parametrize(
    "sql", ["SELECT 'file(1)'", "SELECT file", "SELECT $$file(1)$$", "--file(\n"]
)
def test_text_and_columns_are_no_calls(sql: str) -> None:
    assert "file" not in read_statement(sql.encode()).calls


def test_engines_are_named_with_and_without_a_sign() -> None:
    sql = b"CREATE TABLE a (n Int8) ENGINE = File(CSV); CREATE TABLE b ENGINE URL"
    assert read_statement(sql).engines == {"file", "url"}


@given(st.binary(max_size=200))
def test_any_body_can_be_read(body: bytes) -> None:
    assert isinstance(read_statement(body).sql, str)


@given(st.binary(max_size=200))
def test_any_data_of_an_insert_come_through_unchanged(data: bytes) -> None:
    assert read_statement(b"INSERT INTO t FORMAT RowBinary\n" + data).data == data
