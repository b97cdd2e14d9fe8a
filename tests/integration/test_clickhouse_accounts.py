"""What the accounts of the role clickhouse may do, by the word of ClickHouse's own engine.

The engine (chDB) is started with the accounts that the role writes. It has one user, `default`, who
is given the profile, quota and grants of the account in question, and its reader knows only XML.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
import yaml

from stratum.etl.migrate import TABLE, read_migrations

ROOT = Path(__file__).resolve().parents[2]
GIVEN = {
    "ansible_python_interpreter": sys.executable,
    "clickhouse_image": "clickhouse:1",
    **{f"clickhouse_{name}_password": name for name in ("admin", "loader", "ingest", "reader")},
}
PLAY = """
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - ansible.builtin.include_role:
        name: stratum.platform.clickhouse
        tasks_from: preflight
        public: true
        rolespec_validate: false
    - ansible.builtin.copy:
        content: "{{ __clickhouse_config | to_json }}"
        dest: "{{ playbook_dir }}/written.json"
        mode: "0600"
"""
PROGRAM = """
import json, sys
import chdb._chdb
connection = chdb._chdb.connect(sys.argv[1])
for statement in json.load(sys.stdin):
    try:
        connection.query(statement, "TSV")
        print("ok", flush=True)
    except RuntimeError as error:
        print(str(error).splitlines()[0], flush=True)
"""
Ask = Callable[..., list[str]]


def xml(name: str, value: Any) -> Iterator[str]:
    """As ClickHouse reads YAML: a list is an element again and again."""
    if isinstance(value, list):
        for item in value:
            yield from xml(name, item)
    elif isinstance(value, Mapping):
        inner = [part for key, item in value.items() for part in xml(key, item)]
        yield f"<{name}>{''.join(inner)}</{name}>"
    else:
        yield f"<{name}>{escape(str(value))}</{name}>"


def as_default(accounts: Mapping[str, Any], user: str) -> dict[str, Any]:
    """The accounts, with one of them in the place of `default`, who needs no password."""
    account = {**accounts["users"][user], "password": ""}
    del account["password_sha256_hex"]
    return {**accounts, "users": {"default": account}}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The files that the role writes, by name."""
    folder = tmp_path_factory.mktemp("clickhouse")
    (folder / "play.yml").write_text(PLAY)
    (folder / "given.json").write_text(json.dumps(GIVEN))
    program = Path(sys.executable).with_name("ansible-playbook")
    done = subprocess.run(
        [program, "-i", "localhost,", folder / "play.yml", "-e", f"@{folder}/given.json"],
        env={**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg")},
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    files = json.loads((folder / "written.json").read_text())
    return {file["name"]: yaml.safe_load(file["content"]) for file in files}


@pytest.fixture(scope="module")
def ask(written: dict[str, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Ask the engine as one of the accounts, one statement after another; `ok` or what it says.

    The administrator has made the database, and the loader its tables.
    """
    folder = tmp_path_factory.mktemp("engine")

    def asked(user: str, *statements: str) -> list[str]:
        accounts = as_default(written["users.yaml"], user)
        (folder / "users.xml").write_text("".join(xml("clickhouse", accounts)))
        settings = {"users_config": str(folder / "users.xml")}
        (folder / "config.xml").write_text("".join(xml("clickhouse", settings)))
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, f"{folder}/db?config-file={folder}/config.xml"],
            input=json.dumps(statements),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    assert asked("admin", "CREATE DATABASE stratum") == ["ok"]
    found = [part for migration in read_migrations() for part in migration.statements]
    made = asked("loader", "USE stratum", TABLE, *found)
    assert set(made) == {"ok"}, made
    return asked


def denied(needed: str) -> str:
    return (
        "Code: 497. DB::Exception: default: Not enough privileges. To execute this query, it's "
        f"necessary to have the grant {needed}. (ACCESS_DENIED)"
    )


def test_the_loader_fills_reads_and_clears_the_tables_that_it_made(ask: Ask) -> None:
    work = [
        "USE stratum",
        "INSERT INTO migrations VALUES ('001_events', 'sum', now64())",
        "SELECT name, checksum FROM migrations FINAL",
        "SELECT count() FROM system.databases WHERE name = 'stratum'",
        "ALTER TABLE rejected DELETE WHERE _src = 'a' SETTINGS mutations_sync = 2",
    ]
    assert ask("loader", *work) == ["ok"] * len(work)


@pytest.mark.parametrize(
    ("statement", "needed"),
    [
        ("CREATE DATABASE other", "CREATE DATABASE ON other.*"),
        ("DROP TABLE stratum.rejected", "DROP TABLE ON stratum.rejected"),
        ("SELECT * FROM url('http://127.0.0.1:1/')", "READ ON URL"),
        ("SELECT * FROM file('/etc/hostname', 'LineAsString')", "READ ON FILE"),
    ],
    ids=["another database", "a table that is dropped", "another host", "a file of the machine"],
)
def test_the_loader_may_do_no_more(ask: Ask, statement: str, needed: str) -> None:
    assert ask("loader", statement) == [denied(needed)]


def test_ingest_may_insert_and_nothing_else(ask: Ask) -> None:
    said = ask(
        "ingest",
        "INSERT INTO stratum.rejected (reason, body) VALUES ('a', 'b')",
        "SELECT reason FROM stratum.rejected",
        "ALTER TABLE stratum.rejected DELETE WHERE 1",
    )
    assert said == [
        "ok",
        denied("SELECT(reason) ON stratum.rejected"),
        denied("ALTER DELETE ON stratum.rejected"),
    ]


def test_the_reader_reads_and_may_give_settings_up_to_its_limits(ask: Ask) -> None:
    said = ask(
        "reader",
        "SELECT count() FROM stratum.deployments FINAL SETTINGS max_threads = 2",
        "SELECT name FROM system.tables WHERE database = 'stratum'",
        "SELECT 1 SETTINGS max_threads = 99",
        "SELECT 1 SETTINGS max_memory_usage = '1Ti'",
        "SELECT 1 SETTINGS readonly = 0",
        "INSERT INTO stratum.rejected (reason, body) VALUES ('a', 'b')",
    )
    assert said[:2] == ["ok", "ok"]
    assert [answer.partition(" DB::")[0] for answer in said[2:]] == [
        "Code: 452.",
        "Code: 452.",
        "Code: 164.",
        "Code: 497.",
    ]
