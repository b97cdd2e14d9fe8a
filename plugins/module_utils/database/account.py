"""Databases and accounts of a MariaDB as a role's inputs describe them.

Pure: maps in, frozen values or sentences about what is wrong out.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..structured.kinds import items, later, text
from ..structured.reading import Key, Problems, read_list, read_map, read_sound_map

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
USER: Mapping[str, Key] = {
    "name": Key(text, required=True),
    "host": Key(text),
    "password": Key(text, required=True, cure=f"give it one, {REFERENCE}"),
    "grants": Key(items),
}
GRANT: Mapping[str, Key] = {"database": Key(text), "privileges": Key(later)}
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


def problems(users: object, databases: object) -> list[str]:
    """All that is wrong with a description, each as a sentence with its cure; no passwords."""
    found = Problems()
    names = [str(name) for _place, name in read_list("the list of databases", databases, found)]
    for name in names:
        _check_database(name, found)
    described = [item for _place, item in read_list("the list of users", users, found)]
    for number, item in enumerate(described, start=1):
        _check_user(item, number, names, found)
    maps = [item for item in described if isinstance(item, Mapping)]
    counted = Counter((str(user.get("name")), _host(user)) for user in maps)
    for (name, host), count in counted.items():
        if count > 1:
            what = f"is described twice for the host {host}"
            found.add(f"the user {name}", what, "make one of the two")
    return list(found)


def _check_database(name: str, found: Problems) -> None:
    if not DATABASE.fullmatch(name):
        what = "has a name that is not a letter and then letters, digits or _, 64 at most"
        found.add(f"the database {name!r}", what, "rename it")
    if name.lower() in SERVERS_DATABASES:
        found.add(f"the database {name}", "is the server's own", "leave it out")


def _check_user(item: object, number: int, databases: Sequence[str], found: Problems) -> None:
    name = str(item.get("name") or "") if isinstance(item, Mapping) else ""
    if isinstance(item, Mapping) and not NAME.fullmatch(name):
        what = f"has the name {name!r}, which is not a letter and then letters, digits, _, . or -"
        found.add(f"user number {number}", what, "give it another one")
        return
    where = f"the user {name}" if name else f"user number {number}"
    given = read_map(where, item, USER, found)
    if name in SERVERS_ACCOUNTS:
        found.add(where, "is the server's own", "name it otherwise")
    if not HOST.fullmatch(_host(given)):
        cure = "give an address, a network such as 10.0.0.0/255.0.0.0, or %"
        found.add(where, f"has the host {_host(given)!r}", cure)
    for position, grant in enumerate(given.get("grants") or (), start=1):
        _check_grant(where, position, grant, databases, found)


def _check_grant(
    where: str, position: int, item: object, databases: Sequence[str], found: Problems
) -> None:
    given = read_sound_map(f"grant number {position} of {where}", item, GRANT, found)
    if given is None:
        return
    database = given.get("database", "")
    if database not in databases:
        what = f"has rights on {database or 'no database'}, which is not among the databases"
        found.add(where, what, "describe it there, or take the rights away")
    wanted = given.get("privileges") or ()
    if not wanted or isinstance(wanted, str):
        what = f"has no list of privileges on {database}"
        found.add(where, what, "give one, or no grant")
        return
    unknown = [str(each) for each in wanted if not _expanded([each]) <= set(PRIVILEGES)]
    if unknown:
        cure = f"there are {', '.join((ALL, *PRIVILEGES))}"
        found.add(where, f"has the privilege {', '.join(unknown)}", cure)


def _host(user: Raw) -> str:
    return str(user.get("host") or ANYWHERE)


def _expanded(privileges: Sequence[object]) -> frozenset[str]:
    names = {str(each).upper() for each in privileges}
    return frozenset(PRIVILEGES if ALL in names else names)
