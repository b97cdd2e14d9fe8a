"""The start-up test of what exactly-once rests on: a replayed token inserts nothing.

Some versions of the engine ignored the token; with such a one the warehouse refuses to run.
"""

from __future__ import annotations

from stratum.warehouse.engine import Engine, Environment
from stratum.warehouse.errors import QueryError, WarehouseError
from stratum.warehouse.statement import Statement, read_statement

DATABASE = "stratum_selftest"
WINDOW = 100
ROWS = b'{"n":1}\n{"n":2}\n{"n":3}\n'


def check_deduplication(engine: Engine) -> None:
    """Raises `WarehouseError` unless a replay adds no row, and new rows under another token do."""
    try:
        # A start that was killed here has left its tables.
        _run(engine, f"DROP DATABASE IF EXISTS {DATABASE} SYNC", database="default")
        _run(engine, f"CREATE DATABASE {DATABASE}", database="default")
        found = _replay(engine)
    except QueryError as error:
        raise WarehouseError(f"the self-test failed: {error.text}") from error
    finally:
        _run(engine, f"DROP DATABASE IF EXISTS {DATABASE} SYNC", database="default")
    if found != ["3", "3", "6"]:
        raise WarehouseError(
            f"a replayed insert gave {' then '.join(found)} rows instead of 3 then 3 then 6",
            hint="this version of the engine cannot load exactly once; install another chdb",
        )


def _replay(engine: Engine) -> list[str]:
    _run(
        engine,
        "CREATE TABLE replay (n UInt64) ENGINE = MergeTree ORDER BY n "
        f"SETTINGS non_replicated_deduplication_window = {WINDOW}",
    )
    counts = []
    for token in ("one", "one", "two"):
        with engine.open_session(
            Environment(DATABASE, {"insert_deduplication_token": token, "async_insert": "0"})
        ) as session:
            session.run(read_statement(b"INSERT INTO replay FORMAT JSONEachRow\n" + ROWS), "TSV")
        counts.append(_run(engine, "SELECT count() FROM replay"))
    return counts


def _run(engine: Engine, sql: str, *, database: str = DATABASE) -> str:
    with engine.open_session(Environment(database)) as session:
        return session.run(Statement(sql, ()), "TSVRaw").body.decode().strip()
