"""What a MariaDB is asked and told, and how its answers are read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.database import mariadb
from ansible_collections.stratum.platform.plugins.module_utils.database.change import (
    Change,
    Present,
)

ANSWERS = {
    mariadb.DATABASES: "mysql\nshop\n",
    mariadb.ACCOUNTS: (
        "root\tlocalhost\tunix_socket\t\nshop\t%\tmysql_native_password\t*AA\n\tlocalhost\t\t\n"
    ),
    mariadb.RIGHTS: (
        "'shop'@'%'\tshop\tSELECT\tNO\n"
        "'shop'@'%'\tshop\tINSERT\tNO\n"
        "'shop'@'%'\t*\tUSAGE\tYES\n"
        "'other'@'%'\t*\tUSAGE\tNO\n"
        "a_role\tshop\tDROP\tNO\n"
    ),
}


class Client:
    """Stands for the client program; remembers how it was called."""

    def __init__(self, code: int = 0, errors: str = "") -> None:
        self.code, self.errors = code, errors
        self.commands: list[list[str]] = []
        self.texts: list[str] = []

    def __call__(self, command: Sequence[str], text: str) -> tuple[int, str, str]:
        self.commands.append(list(command))
        self.texts.append(text)
        query = text.removeprefix(f"{mariadb.MODE};\n").removesuffix(";\n")
        return self.code, ANSWERS.get(query, ""), self.errors


def test_what_there_is_comes_from_the_answers() -> None:
    server = mariadb.MariaDB("/usr/bin/mariadb", Path("/run/s"), Client())
    assert server.present() == Present(
        databases=frozenset({"mysql", "shop"}),
        accounts={("root", "localhost"): "", ("shop", "%"): "*AA", ("", "localhost"): ""},
        rights={
            ("shop", "%"): {
                "shop": frozenset({"SELECT", "INSERT"}),
                "*": frozenset({"GRANT OPTION"}),
            }
        },
    )


def test_statements_are_given_by_standard_input_alone() -> None:
    client = Client()
    mariadb.MariaDB("/usr/bin/mariadb", Path("/run/s"), client).make([Change("", "DROP USER x")])
    assert client.texts == [f"{mariadb.MODE};\nDROP USER x;\n"]
    assert client.commands == [
        [
            "/usr/bin/mariadb",
            "--no-defaults",
            "--protocol=socket",
            "--socket=/run/s",
            "--user=root",
            "--batch",
            "--raw",
            "--skip-column-names",
        ]
    ]


def test_a_refusal_is_told_without_the_digest_of_a_password() -> None:
    said = f"ERROR 1064 (42000) at line 2: near '*{'A1' * 20}'"
    server = mariadb.MariaDB("mariadb", Path("/run/s"), Client(1, said))
    with pytest.raises(mariadb.DatabaseError) as error:
        server.make([Change("", "nonsense")])
    assert str(error.value) == "MariaDB refuses: ERROR 1064 (42000) at line 2: near '*…'"


def test_an_answer_of_another_form_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ANSWERS, mariadb.DATABASES, "a\tb\n")
    with pytest.raises(mariadb.DatabaseError) as error:
        mariadb.MariaDB("mariadb", Path("/run/s"), Client()).present()
    assert str(error.value) == (f"the answer to {mariadb.DATABASES!r} has the line ['a', 'b']")


class Upgrade:
    """Stands for mariadb-upgrade: asked whether it is needed, and told to do it."""

    def __init__(self, asked: int, told: int = 0) -> None:
        self._codes = {True: asked, False: told}
        self.told: list[list[str]] = []

    def __call__(self, command: Sequence[str], text: str) -> tuple[int, str, str]:
        asks = command[-1] == "--check-if-upgrade-is-needed"
        self.told += [] if asks else [list(command)]
        code = self._codes[asks]
        return code, "", "no connection\n" if code > 1 else ""


def test_tables_of_an_earlier_version_are_upgraded_as_the_account_of_the_socket() -> None:
    upgrade = Upgrade(mariadb.OUTDATED)
    assert mariadb.MariaDB("mariadb", Path("/run/s"), upgrade, "mysql").upgrade()
    where = ["--no-defaults", "--protocol=socket", "--socket=/run/s", "--user=mysql"]
    assert upgrade.told == [["mariadb-upgrade", *where, "--silent"]]


def test_tables_of_its_version_are_left_alone() -> None:
    upgrade = Upgrade(mariadb.UP_TO_DATE)
    assert not mariadb.MariaDB("mariadb", Path("/run/s"), upgrade).upgrade()
    assert upgrade.told == []


@pytest.mark.parametrize(("asked", "told"), [(2, 0), (mariadb.OUTDATED, 2)])
def test_an_upgrade_that_fails_is_an_error_in_its_words(asked: int, told: int) -> None:
    with pytest.raises(mariadb.DatabaseError) as error:
        mariadb.MariaDB("mariadb", Path("/run/s"), Upgrade(asked, told)).upgrade()
    assert str(error.value) == "mariadb-upgrade fails: no connection"
