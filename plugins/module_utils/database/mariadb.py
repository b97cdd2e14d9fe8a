"""A MariaDB asked and told over its socket by its own client, on this machine or in a pod.

SQL goes in by standard input, so nothing of it is in the arguments of a process.
"""

from __future__ import annotations

import re
import subprocess
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from .change import GRANT_OPTION, Change, Key, Present

# A quote is doubled, and a backslash is one, whatever the server's own mode is.
MODE = "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'"
DATABASES = "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA"
ACCOUNTS = "SELECT User, Host, plugin, authentication_string FROM mysql.user WHERE is_role = 'N'"
RIGHTS = (
    "SELECT GRANTEE, TABLE_SCHEMA, PRIVILEGE_TYPE, IS_GRANTABLE"
    " FROM information_schema.SCHEMA_PRIVILEGES UNION ALL"
    " SELECT GRANTEE, '*', PRIVILEGE_TYPE, IS_GRANTABLE"
    " FROM information_schema.USER_PRIVILEGES"
)
NO_RIGHT = "USAGE"
NATIVE = "mysql_native_password"
GRANTEE = re.compile(r"'(?P<name>.*)'@'(?P<host>.*)'")
DIGEST = re.compile(r"\*[0-9A-F]{40}")
# How mariadb-upgrade ends, asked whether the tables are of an earlier version.
OUTDATED, UP_TO_DATE = 0, 1
Answer = tuple[int, str, str]
Run = Callable[[Sequence[str], str], Answer]


class DatabaseError(Exception):
    """The server refuses what was asked, or does not answer; the message says what it said."""


def run(command: Sequence[str], text: str) -> Answer:
    """Exit code, output and errors of a command that reads `text`."""
    done = subprocess.run(
        list(command), input=text, capture_output=True, text=True, errors="replace", check=False
    )
    return done.returncode, done.stdout, done.stderr


class MariaDB:
    """The server behind `socket`, as the account that is let in there by who runs its client."""

    def __init__(self, client: str, socket: Path, run: Run = run, user: str = "root") -> None:
        self._where = ["--no-defaults", "--protocol=socket", f"--socket={socket}", f"--user={user}"]
        self._command = [client, *self._where, "--batch", "--raw", "--skip-column-names"]
        self._run = run

    def present(self) -> Present:
        """The databases and accounts that it has.

        Raises:
            DatabaseError: it does not answer.
        """
        rights: dict[Key, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for grantee, place, privilege, grantable in self._rows(RIGHTS, 4):
            named = GRANTEE.fullmatch(grantee)
            if named is None:
                continue  # a role
            held = {privilege} - {NO_RIGHT} | ({GRANT_OPTION} if grantable == "YES" else set())
            if held:
                rights[named["name"], named["host"]][place] |= held
        return Present(
            databases=frozenset(name for (name,) in self._rows(DATABASES, 1)),
            accounts={
                (name, host): secret if plugin == NATIVE else ""
                for name, host, plugin, secret in self._rows(ACCOUNTS, 4)
            },
            rights={
                key: {place: frozenset(held) for place, held in places.items()}
                for key, places in rights.items()
            },
        )

    def make(self, changes: Sequence[Change]) -> None:
        """Make the changes, one after the other.

        Raises:
            DatabaseError: it refuses one; those before it are made.
        """
        self._ask([change.sql for change in changes])

    def upgrade(self) -> bool:
        """Bring its system tables to its version; whether they were of an earlier one.

        Raises:
            DatabaseError: that fails.
        """
        program = ["mariadb-upgrade", *self._where, "--silent"]
        code, _output, errors = self._run([*program, "--check-if-upgrade-is-needed"], "")
        if code == OUTDATED:
            code, _output, errors = self._run(program, "")
            if code == 0:
                return True
        elif code == UP_TO_DATE:
            return False
        said = errors.strip() or f"it ended with {code}"
        raise DatabaseError(f"mariadb-upgrade fails: {said}")

    def _rows(self, query: str, width: int) -> list[list[str]]:
        rows = [line.split("\t") for line in self._ask([query]).splitlines()]
        for row in rows:
            if len(row) != width:
                raise DatabaseError(f"the answer to {query!r} has the line {row!r}")
        return rows

    def _ask(self, statements: Sequence[str]) -> str:
        text = "".join(f"{statement};\n" for statement in (MODE, *statements))
        code, output, errors = self._run(self._command, text)
        if code:
            said = DIGEST.sub("*…", errors.strip()) or f"its client ended with {code}"
            raise DatabaseError(f"MariaDB refuses: {said}")
        return output
