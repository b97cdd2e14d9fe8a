"""Accounts as inputs describe them, and what is wrong with such a description."""

from __future__ import annotations

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.database.account import (
    PRIVILEGES,
    Account,
    accounts,
    digest,
    problems,
)

SHOP = {
    "name": "shop",
    "password": "a long enough one",
    "grants": [{"database": "shop", "privileges": ["select", "INSERT"]}],
}


def test_a_digest_is_the_one_that_the_server_keeps() -> None:
    assert digest("password") == "*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19"


def test_an_account_may_come_from_anywhere_unless_it_is_said() -> None:
    assert accounts([SHOP]) == [
        Account("shop", "%", digest("a long enough one"), {"shop": frozenset({"SELECT", "INSERT"})})
    ]


def test_all_stands_for_each_privilege_on_a_database() -> None:
    grants = [{"database": "shop", "privileges": ["ALL"]}]
    (found,) = accounts([SHOP | {"grants": grants}])
    assert found.rights == {"shop": frozenset(PRIVILEGES)}


def test_nothing_is_wrong_with_a_right_description() -> None:
    assert problems([SHOP, SHOP | {"host": "10.0.0.0/255.0.0.0"}], ["shop"]) == []


@pytest.mark.parametrize(
    ("users", "databases", "said"),
    [
        pytest.param(
            [],
            ["shop-1"],
            "the database 'shop-1' has a name that is not a letter and then letters, digits or _, "
            "64 at most; rename it",
            id="name of a database",
        ),
        pytest.param(
            [],
            ["mysql"],
            "the database mysql is the server's own; leave it out",
            id="database of the server",
        ),
        pytest.param(
            [{"password": "x"}],
            [],
            "user number 1 has the name '', which is not a letter and then letters, digits, _, . "
            "or -; give it another one",
            id="no name",
        ),
        pytest.param(
            [{"name": "root", "password": "x"}],
            [],
            "the user root is the server's own; name it otherwise",
            id="user of the server",
        ),
        pytest.param(
            [{"name": "shop"}],
            [],
            "the user shop has no password; give it one, in a product as a reference such as "
            "{secret: <component>.<key>}",
            id="no password",
        ),
        pytest.param(
            [{"name": "shop", "password": "x", "host": "a b"}],
            [],
            "the user shop has the host 'a b'; give an address, a network such as "
            "10.0.0.0/255.0.0.0, or %",
            id="host",
        ),
        pytest.param(
            [{"name": "shop", "password": "x", "rights": []}],
            [],
            "the user shop has no key rights; the keys are: name, host, password, grants",
            id="unknown key",
        ),
        pytest.param(
            ["shop"],
            [],
            "user number 1 must be a map with name, host, password, grants",
            id="no map",
        ),
        pytest.param(
            [{"name": "shop", "password": 1234}],
            [],
            "password of the user shop must be a text",
            id="a number for a password",
        ),
        pytest.param(
            [SHOP | {"grants": [{"database": "shop", "rights": []}]}],
            ["shop"],
            "grant number 1 of the user shop has no key rights; the keys are: database, privileges",
            id="unknown key of a grant",
        ),
        pytest.param(
            {"shop": {}}, [], "the list of users must be a list", id="users in another form"
        ),
        pytest.param(
            [SHOP],
            [],
            "the user shop has rights on shop, which is not among the databases; describe it "
            "there, or take the rights away",
            id="unknown database",
        ),
        pytest.param(
            [SHOP | {"grants": [{"database": "shop", "privileges": "SELECT"}]}],
            ["shop"],
            "the user shop has no list of privileges on shop; give one, or no grant",
            id="no list",
        ),
        pytest.param(
            [SHOP | {"grants": [{"database": "shop", "privileges": ["SELECT", "SUPER"]}]}],
            ["shop"],
            f"the user shop has the privilege SUPER; there are ALL, {', '.join(PRIVILEGES)}",
            id="privilege",
        ),
        pytest.param(
            [SHOP, SHOP],
            ["shop"],
            "the user shop is described twice for the host %; make one of the two",
            id="twice",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_cure(
    users: list[dict[str, object]], databases: list[str], said: str
) -> None:
    assert problems(users, databases) == [said]
