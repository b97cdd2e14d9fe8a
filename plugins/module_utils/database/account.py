"""Databases and accounts of a MariaDB as a role's inputs describe them.

Pure: maps in, frozen values or sentences about what is wrong out.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# Rights on one database; ALL stands for each of them. None lets an account hand on what it has.
PRIVILEGES = (
    "ALTER",
    "ALTER ROUTINE",
    "CREATE",
    "CREATE ROUTINE",
    "CREATE TEMPORARY TABLES",
    "CREATE VIEW",
    "DELETE",
    "DROP",
    "EVENT",
    "EXECUTE",
    "INDEX",
    "INSERT",
    "LOCK TABLES",
    "REFERENCES",
    "SELECT",
    "SHOW VIEW",
    "TRIGGER",
    "UPDATE",
)
ALL = "ALL"
ANYWHERE = "%"
SERVERS_DATABASES = frozenset({"information_schema", "mysql", "performance_schema", "sys"})
SERVERS_ACCOUNTS = frozenset({"mariadb.sys", "mysql", "root"})
DATABASE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,79}")
HOST = re.compile(r"[A-Za-z0-9_.:%/-]{1,255}")
REFERENCE = "in a product as a reference such as {secret: <component>.<key>}"
Raw = Mapping[str, Any]


@dataclass(frozen=True)
class Account:
    """An account that logs in with a password.

    Attributes:
        name: its name.
        host: where it may come from.
        digest: of its password, as the server keeps it.
        rights: of each database, by its name.
    """

    name: str
    host: str
    digest: str
    rights: Mapping[str, frozenset[str]]

    @property
    def key(self) -> tuple[str, str]:
        """What is unique on a server."""
        return self.name, self.host


def accounts(users: Sequence[Raw]) -> list[Account]:
    """The accounts of a description in which `problems` finds nothing."""
    return [
        Account(
            name=str(user["name"]),
            host=_host(user),
            digest=digest(str(user["password"])),
            rights={
                str(grant["database"]): _expanded(grant["privileges"])
                for grant in user.get("grants") or ()
            },
        )
        for user in users
    ]


def digest(password: str) -> str:
    """A password as the plugin mysql_native_password keeps it; that it is SHA-1 is the protocol."""
    once = hashlib.sha1(password.encode(), usedforsecurity=False).digest()
    return f"*{hashlib.sha1(once, usedforsecurity=False).hexdigest().upper()}"


def problems(users: Sequence[Raw], databases: Sequence[str]) -> list[str]:
    """All that is wrong with a description, each as a sentence with its cure; no passwords."""
    keys = Counter((str(user.get("name")), _host(user)) for user in users)
    twice = [
        f"the user {name} is described twice for the host {host}; make one of the two"
        for (name, host), count in keys.items()
        if count > 1
    ]
    found = [problem for name in databases for problem in _of_database(str(name))]
    for number, user in enumerate(users):
        found += _of_user(user, number, databases)
    return found + twice


def _of_database(name: str) -> Iterator[str]:
    if not DATABASE.fullmatch(name):
        yield (
            f"the database {name!r} has a name that is not a letter and then letters, digits "
            "or _, 64 at most; rename it"
        )
    if name.lower() in SERVERS_DATABASES:
        yield f"the database {name} is the server's own; leave it out"


def _of_user(user: Raw, number: int, databases: Sequence[str]) -> Iterator[str]:
    name = str(user.get("name") or "")
    if not NAME.fullmatch(name):
        yield (
            f"user number {number + 1} has the name {name!r}, which is not a letter and then "
            "letters, digits, _, . or -; give it another one"
        )
        return
    if name in SERVERS_ACCOUNTS:
        yield f"the user {name} is the server's own; name it otherwise"
    if not user.get("password"):
        yield f"the user {name} has no password; give it one, {REFERENCE}"
    if not HOST.fullmatch(_host(user)):
        yield (
            f"the user {name} has the host {_host(user)!r}; give an address, a network such as "
            "10.0.0.0/255.0.0.0, or %"
        )
    unknown = sorted(set(user) - {"name", "host", "password", "grants"})
    if unknown:
        yield f"the user {name} has {', '.join(unknown)}; there are name, host, password, grants"
    for grant in user.get("grants") or ():
        yield from _of_grant(name, grant, databases)


def _of_grant(name: str, grant: Raw, databases: Sequence[str]) -> Iterator[str]:
    database = str(grant.get("database") or "")
    if database not in databases:
        yield (
            f"the user {name} has rights on {database or 'no database'}, which is not among the "
            "databases; describe it there, or take the rights away"
        )
    wanted = grant.get("privileges") or ()
    if not wanted or isinstance(wanted, str):
        yield f"the user {name} has no list of privileges on {database}; give one, or no grant"
        return
    unknown = [str(each) for each in wanted if not _expanded([each]) <= set(PRIVILEGES)]
    if unknown:
        known = ", ".join((ALL, *PRIVILEGES))
        yield f"the user {name} has the privilege {', '.join(unknown)}; there are {known}"


def _host(user: Raw) -> str:
    return str(user.get("host") or ANYWHERE)


def _expanded(privileges: Sequence[object]) -> frozenset[str]:
    names = {str(each).upper() for each in privileges}
    return frozenset(PRIVILEGES if ALL in names else names)
