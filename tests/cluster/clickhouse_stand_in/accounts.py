"""The engine with the server's accounts: whoever asks has the rights and limits of one of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import cast

import chdb._chdb

from clickhouse_stand_in.configuration import Account, Configuration
from stratum.warehouse.engine import Answer, Connection, Engine, Environment, Session, quoted
from stratum.warehouse.errors import SYNTAX_ERROR, refused
from stratum.warehouse.exchange import Query
from stratum.warehouse.service import QueryService
from stratum.warehouse.statement import Statement
from stratum.warehouse.users import User

# Whoever may change the role of a session has the rights of all accounts.
ROLES = re.compile(r"set (default )?role\b")


class AccountSession(Session):
    """Begins with the rights of all accounts and ends up with those of one."""

    def become(self, account: Account, read_only: int) -> None:
        self._execute(f"SET ROLE {quoted(account.name)}")
        self._execute(f"SET profile = '{account.profile}'")
        if read_only:
            self._execute(f"SET readonly = {read_only}")

    def give(self, settings: Mapping[str, str]) -> None:
        """What the client asks for, as far as the account's profile lets it."""
        self._set(settings)


class AccountEngine(Engine):
    """chDB started with the configuration of a server."""

    def __init__(self, folder: Path, config: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = f"{folder}?config-file={config}"
        self.database = "default"
        self._anchor = cast("Connection", vars(chdb._chdb)["connect"](self._path))
        self.version = self._scalar("SELECT version()")
        self.timezone = self._scalar("SELECT timezone()")
        self.table_functions = frozenset()

    def run_at_start(self, statements: tuple[str, ...]) -> None:
        for statement in statements:
            self._anchor.query(statement)

    def open_account_session(self, database: str) -> AccountSession:
        connection = cast("Connection", vars(chdb._chdb)["connect"](self._path))
        return AccountSession(connection, Environment(database), self.database)


class AccountService(QueryService):
    """The warehouse's service, where the engine decides and not the warehouse's own rules."""

    engine: AccountEngine

    def know(self, configuration: Configuration) -> None:
        self._accounts = {account.name: account for account in configuration.accounts}
        self._read_only = configuration.read_only

    def _run(self, user: User, query: Query, statement: Statement) -> tuple[Answer, str]:
        account = self._accounts[user.name]
        words = " ".join(statement.words)
        if not statement.tokens or ROLES.match(words):
            raise refused(SYNTAX_ERROR, "The stand-in does not take such a query")
        with closing(self.engine.open_account_session(query.database)) as session:
            if session.judge(statement).statements > 1:
                raise refused(SYNTAX_ERROR, "Multi-statements are not allowed")
            # As in ClickHouse, a GET gives settings but writes nothing.
            level = self._read_only[account.profile] or (2 if query.read_only else 0)
            session.become(account, level)
            parameters = {f"param_{name}": text for name, text in query.parameters.items()}
            session.give({**query.settings, **parameters})
            answer = session.run(statement, query.default_format)
        self._report(user, query, statement.sql, answer)
        return answer, statement.output_format(query.default_format)
