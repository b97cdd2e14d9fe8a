"""What has to be done on a MariaDB so that it has the wanted databases and accounts.

Pure: what is wanted and what there is in, SQL with a sentence each out. No database is ever
dropped: an account is access, a database is data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .account import SERVERS_ACCOUNTS, Account

GRANT_OPTION = "GRANT OPTION"
EVERYWHERE = "*"
Key = tuple[str, str]


@dataclass(frozen=True)
class Present:
    """What a server has.

    Attributes:
        databases: their names.
        accounts: name and host to the digest of the password; empty for another way to log in.
        rights: of an account, by database as `scope` writes it, or `EVERYWHERE`.
    """

    databases: frozenset[str] = frozenset()
    accounts: Mapping[Key, str] = field(default_factory=dict)
    rights: Mapping[Key, Mapping[str, frozenset[str]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """One statement, and what it does; the sentence holds nothing secret."""

    sentence: str
    sql: str


def changes(databases: Sequence[str], wanted: Sequence[Account], there: Present) -> list[Change]:
    """The changes in the order in which they have to be made; none where all is as wanted."""
    made = [
        Change(f"made the database {name}", f"CREATE DATABASE `{name}`")
        for name in databases
        if name not in there.databases
    ]
    for account in wanted:
        made += _log_in(account, there)
        made += _rights(account, there.rights.get(account.key, {}))
    keys = {account.key for account in wanted}
    for key in sorted(set(there.accounts) - keys):
        if key[0] not in SERVERS_ACCOUNTS:
            made.append(Change(f"dropped the user {_named(key)}", f"DROP USER {_quoted(key)}"))
    return made


def scope(database: str) -> str:
    """A database's name as a grant means just that one: there `_` stands for any character."""
    return database.replace("_", r"\_")


def _log_in(account: Account, there: Present) -> Iterator[Change]:
    by = f"IDENTIFIED VIA mysql_native_password USING '{account.digest}'"
    user, named = _quoted(account.key), _named(account.key)
    if account.key not in there.accounts:
        yield Change(f"made the user {named}", f"CREATE USER {user} {by}")
    elif there.accounts[account.key] != account.digest:
        yield Change(f"set the password of the user {named}", f"ALTER USER {user} {by}")


def _rights(account: Account, there: Mapping[str, frozenset[str]]) -> Iterator[Change]:
    wanted = {scope(database): rights for database, rights in account.rights.items()}
    for place in sorted({*wanted, *there}):
        now, then = there.get(place, frozenset()), wanted.get(place, frozenset())
        if now - then:
            yield _change("took", "from", account, place, now - then)
        if then - now:
            yield _change("gave", "to", account, place, then - now)


def _change(
    verb: str, preposition: str, account: Account, place: str, rights: frozenset[str]
) -> Change:
    listed = ", ".join(sorted(rights))
    on = "*.*" if place == EVERYWHERE else f"`{place}`.*"
    statement = {"took": "REVOKE", "gave": "GRANT"}[verb]
    everything = "all databases" if place == EVERYWHERE else place.replace(r"\_", "_")
    return Change(
        f"{verb} {listed} on {everything} {preposition} the user {_named(account.key)}",
        f"{statement} {listed} ON {on} {preposition.upper()} {_quoted(account.key)}",
    )


def _named(key: Key) -> str:
    return f"{key[0]}@{key[1]}"


def _quoted(key: Key) -> str:
    name, host = (part.replace("'", "''") for part in key)
    return f"'{name}'@'{host}'"
