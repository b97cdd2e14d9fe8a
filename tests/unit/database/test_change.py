"""What has to be done so that a MariaDB has the wanted databases and accounts."""

from __future__ import annotations

from ansible_collections.stratum.platform.plugins.module_utils.database.account import Account
from ansible_collections.stratum.platform.plugins.module_utils.database.change import (
    Change,
    Present,
    changes,
)

READER = Account("reader", "%", "*AA", {"web_shop": frozenset({"SELECT"})})
AS_WANTED = Present(
    databases=frozenset({"web_shop"}),
    accounts={("root", "localhost"): "", ("reader", "%"): "*AA"},
    rights={("reader", "%"): {r"web\_shop": frozenset({"SELECT"})}},
)


def with_rights(**places: frozenset[str]) -> Present:
    rights = {("reader", "%"): {r"web\_shop": frozenset({"SELECT"})} | places}
    return Present(AS_WANTED.databases, AS_WANTED.accounts, rights)


def test_a_server_that_is_as_wanted_is_left_alone() -> None:
    assert changes(["web_shop"], [READER], AS_WANTED) == []


def test_an_empty_server_gets_everything_and_the_pattern_means_one_database() -> None:
    assert changes(["web_shop"], [READER], Present()) == [
        Change("made the database web_shop", "CREATE DATABASE `web_shop`"),
        Change(
            "made the user reader@%",
            "CREATE USER 'reader'@'%' IDENTIFIED VIA mysql_native_password USING '*AA'",
        ),
        Change(
            "gave SELECT on web_shop to the user reader@%",
            r"GRANT SELECT ON `web\_shop`.* TO 'reader'@'%'",
        ),
    ]


def test_another_password_is_set() -> None:
    other = Account("reader", "%", "*BB", READER.rights)
    assert changes(["web_shop"], [other], AS_WANTED) == [
        Change(
            "set the password of the user reader@%",
            "ALTER USER 'reader'@'%' IDENTIFIED VIA mysql_native_password USING '*BB'",
        )
    ]


def test_rights_beyond_the_wanted_ones_are_taken() -> None:
    there = with_rights(**{"*": frozenset({"SUPER"}), "web_shop": frozenset({"DROP"})})
    assert changes(["web_shop"], [READER], there) == [
        Change(
            "took SUPER on all databases from the user reader@%",
            "REVOKE SUPER ON *.* FROM 'reader'@'%'",
        ),
        Change(
            "took DROP on web_shop from the user reader@%",
            "REVOKE DROP ON `web_shop`.* FROM 'reader'@'%'",
        ),
    ]


def test_an_account_that_nobody_describes_is_dropped_and_its_database_stays() -> None:
    assert changes([], [], AS_WANTED) == [
        Change("dropped the user reader@%", "DROP USER 'reader'@'%'")
    ]


def test_the_nameless_account_of_a_new_server_is_dropped() -> None:
    there = Present(accounts={("", "localhost"): ""})
    assert [change.sql for change in changes([], [], there)] == ["DROP USER ''@'localhost'"]
