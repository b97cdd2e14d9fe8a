"""The one owner of chDB: a fresh session for each query, so that no setting outlives its query.

chDB allows one process per path, runs sessions in parallel but the queries of one session in turn,
and does not survive a fork: this process opens the path and never forks.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, cast

import chdb._chdb

from stratum.warehouse.access import Effect, Judgement
from stratum.warehouse.errors import BAD_ARGUMENTS, WarehouseError, from_engine, refused
from stratum.warehouse.statement import Statement

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
EFFECTS: dict[str, Effect] = {
    "READ_ONLY": "read",
    "MUTATING": "write",
    "MUTATING_GLOBAL": "global",
    "CONTROL": "control",
}


class Result(Protocol):
    """What we use of chDB's results."""

    def bytes(self) -> bytes: ...
    def storage_rows_read(self) -> int: ...
    def storage_bytes_read(self) -> int: ...
    def rows_read(self) -> int: ...
    def rows_written(self) -> int: ...
    def bytes_written(self) -> int: ...


class Connection(Protocol):
    """What we use of chDB's connections, which have no types of their own."""

    def query(self, sql: str, output_format: str = "CSV") -> Result: ...
    def classify_query(self, sql: str, target: str) -> dict[str, Any]: ...
    def send_insert(self, sql: str, data_format: str) -> object: ...
    def insert_append(self, insert: object, data: bytes) -> None: ...
    def insert_cancel(self, insert: object) -> None: ...
    def insert_done(self, insert: object) -> Result: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Answer:
    body: bytes
    seconds: float
    rows_read: int = 0
    bytes_read: int = 0
    rows_written: int = 0
    bytes_written: int = 0
    result_rows: int = 0


@dataclass(frozen=True, slots=True)
class Environment:
    """What surrounds a statement: its database, settings and parameters."""

    database: str
    settings: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)


class Engine:
    """Blocking and safe to share between threads."""

    def __init__(self, path: Path, database: str) -> None:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = str(path)
        self.database = database
        try:
            # While this session lives, opening another one costs a fraction of a millisecond.
            self._anchor = _connect(self._path)
            self._anchor.query(f"CREATE DATABASE IF NOT EXISTS {database}")
            self.version = self._scalar("SELECT version()")
            self.timezone = self._scalar("SELECT timezone()")
            self.table_functions = frozenset(
                self._scalar("SELECT lower(name) FROM system.table_functions").split("\n")
            )
        except RuntimeError as error:
            raise WarehouseError(
                f"the engine cannot open its data: {error}",
                where=self._path,
                hint="end the other process that uses this directory",
            ) from error

    def open_session(self, environment: Environment) -> Session:
        return Session(_connect(self._path), environment, self.database)

    def close(self) -> None:
        self._anchor.close()

    def _scalar(self, sql: str) -> str:
        return bytes(self._anchor.query(sql, "TSVRaw").bytes()).decode().strip()


class Session:
    """One query's own session; a context manager that closes it."""

    def __init__(self, connection: Connection, environment: Environment, target: str) -> None:
        self._connection = connection
        self._target = target
        try:
            self._execute(f"USE {quoted(environment.database)}")
            parameters = {f"param_{name}": text for name, text in environment.parameters.items()}
            self._set({**environment.settings, **parameters})
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_cause: object) -> None:
        self.close()

    def judge(self, statement: Statement) -> Judgement:
        report = self._connection.classify_query(statement.parsable, self._target)
        return Judgement(
            effect=EFFECTS.get(report["query_class"].name, "unknown"),
            statements=report["statement_count"],
            has_secrets=report["has_secrets"],
            only_target=report["writes_only_target_database"],
            changes_database=report["changes_database_lifecycle"],
        )

    def limit(self, limits: Mapping[str, int], *, read_only: bool) -> None:
        """Nothing a client asks for goes beyond the limits; zero means no limit to the engine."""
        for name, limit in limits.items():
            asked = float(self._execute(f"SELECT getSetting('{name}')").strip() or b"0")
            if not 0 < asked <= limit:
                self._execute(f"SET {name} = {limit}")
        if read_only:
            self._execute("SET readonly = 1")

    def run(self, statement: Statement, output_format: str) -> Answer:
        started = time.perf_counter()
        try:
            if statement.data is None:
                result = self._connection.query(statement.sql, output_format)
            else:
                result = self._insert(statement)
        except RuntimeError as error:
            raise from_engine(error) from error
        return Answer(
            body=b"" if statement.data is not None else bytes(result.bytes()),
            seconds=time.perf_counter() - started,
            rows_read=result.storage_rows_read(),
            bytes_read=result.storage_bytes_read(),
            rows_written=result.rows_written(),
            bytes_written=result.bytes_written(),
            result_rows=result.rows_read(),
        )

    def close(self) -> None:
        self._connection.close()

    def _insert(self, statement: Statement) -> Result:
        insert = self._connection.send_insert(statement.sql, statement.data_format)
        try:
            self._connection.insert_append(insert, statement.data or b"")
        except BaseException:
            self._connection.insert_cancel(insert)
            raise
        return self._connection.insert_done(insert)

    def _set(self, values: Mapping[str, str]) -> None:
        for name in values:
            if not NAME.fullmatch(name):
                raise refused(BAD_ARGUMENTS, f"{name!r} is no name of a setting or parameter")
        if values:
            pairs = ", ".join(f"{name} = {literal(text)}" for name, text in values.items())
            self._execute(f"SET {pairs}")

    def _execute(self, sql: str) -> bytes:
        try:
            return bytes(self._connection.query(sql, "TSVRaw").bytes())
        except RuntimeError as error:
            raise from_engine(error) from error


def _connect(path: str) -> Connection:
    return cast("Connection", vars(chdb._chdb)["connect"](path))


def literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace("`", "\\`")
    return f"`{escaped}`"
