"""Which user may run which statement: a pure decision on what the engine's parser says of it.

The second line of defence behind it: a session that may only read has `readonly = 1`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from stratum.warehouse.statement import Statement

Access = Literal["admin", "ingest", "reader"]
Effect = Literal["read", "write", "global", "control", "unknown"]

# Functions that reach files, programs or the network are all but these.
TABLE_FUNCTIONS = frozenset(
    [
        "dictionary",
        "format",
        "generate_series",
        "generateseries",
        "generaterandom",
        "input",
        "merge",
        "null",
        "numbers",
        "numbers_mt",
        "primes",
        "values",
        "view",
        "viewexplain",
        "zeros",
        "zeros_mt",
    ]
)
OUTSIDE = frozenset(
    ["disk", "file", "catboostevaluate", "infile", "outfile", "reversednsquery", "source"]
)
ENGINES = frozenset(
    [
        "mergetree",
        "replacingmergetree",
        "summingmergetree",
        "aggregatingmergetree",
        "collapsingmergetree",
        "versionedcollapsingmergetree",
        "coalescingmergetree",
        "view",
        "materializedview",
        "memory",
        "null",
    ]
)
WRITES = {"insert", "delete", "alter", "create", "optimize"}
CREATED = {"table", "view", "materialized"}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the engine's parser says that a statement would do."""

    effect: Effect
    statements: int
    has_secrets: bool
    only_target: bool
    changes_database: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """`refusal` is a sentence, or None; `read_only` is how the session must run."""

    read_only: bool
    refusal: str | None = None


def decide(
    access: Access,
    statement: Statement,
    judgement: Judgement,
    *,
    database: str,
    table_functions: frozenset[str],
) -> Decision:
    """`table_functions` are all that the engine has, in lower case."""
    if judgement.statements > 1:
        return Decision(True, "Multi-statements are not allowed")
    if {"infile", "outfile"} & set(statement.words):
        return Decision(True, "INFILE and OUTFILE are for files of the client, not of the server")
    if access == "admin":
        return Decision(read_only=False)
    # What cannot be parsed runs read-only, so that the engine itself explains the mistake.
    if judgement.effect in {"read", "unknown"}:
        return Decision(True, _reach(statement, table_functions))
    if access == "reader":
        return Decision(True, "this user may only read")
    return Decision(
        False, _ingest_refusal(statement, judgement, database) or _reach(statement, table_functions)
    )


def _ingest_refusal(statement: Statement, judgement: Judgement, database: str) -> str | None:
    words = statement.words
    first = words[0] if words else ""
    # With `SETTINGS` behind it, the parser counts a write among the controls.
    if judgement.effect not in {"write", "control"} or first not in WRITES:
        return f"this user may only read, insert, delete, alter and create, not {first.upper()}"
    if not judgement.only_target or judgement.changes_database:
        return f"this user may only write to tables of the database {database}"
    if first == "create" and words[1] not in CREATED:
        return "this user may only create tables and views"
    foreign = sorted(statement.engines - ENGINES)
    return f"this user may not use the table engine {foreign[0]}" if foreign else None


def _reach(statement: Statement, table_functions: frozenset[str]) -> str | None:
    forbidden = (table_functions - TABLE_FUNCTIONS) | OUTSIDE
    calls = statement.calls
    found = sorted((calls & forbidden) | {name for name in calls if name.startswith("ai")} - {"ai"})
    return f"this user may not use {found[0]}()" if found else None
