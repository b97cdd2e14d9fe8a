"""What the role clickhouse writes for replicas, object store and backups names nothing unknown.

What is known: the settings that ClickHouse's own engine (chDB) lists, and the sections below, which
only a server has. A server passes over a section that it does not know without a word.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.stratum.platform.tests.integration.test_clickhouse_accounts import (
    GIVEN,
    PLAY,
    ROOT,
)

SECTIONS = {
    "access_control_improvements",
    "allow_implicit_no_password",
    "allow_no_password",
    "allow_plaintext_password",
    "backup_log",
    "default_profile",
    "distributed_ddl",
    "http_port",
    "interserver_http_credentials",
    "interserver_http_port",
    "listen_host",
    "logger",
    "macros",
    "merge_tree",
    "named_collections",
    "part_log",
    "prometheus",
    "query_log",
    "remote_servers",
    "remote_url_allow_hosts",
    "send_crash_reports",
    "startup_scripts",
    "storage_configuration",
    "tcp_port",
    "timezone",
    "users_config",
    "zookeeper",
}
# Of a profile, beside settings.
OF_PROFILES = {"profile", "constraints"}
EVERYTHING = {
    "clickhouse_replicas": 2,
    "clickhouse_interserver_password": "between",
    "clickhouse_storage": "tiered",
    "clickhouse_backup_schedule": "0 3 * * *",
    "clickhouse_s3_endpoint": "http://store:9000",
    "clickhouse_s3_bucket": "tables",
    "clickhouse_s3_access_key": "key",
    "clickhouse_s3_secret_key": "secret",
}
PROGRAM = """
import json, sys
import chdb._chdb
connection = chdb._chdb.connect(sys.argv[1])
tables = ("server_settings", "settings", "merge_tree_settings")
names = {
    table: connection.query(f"SELECT name FROM system.{table}", "TSVRaw").bytes().decode().split()
    for table in tables
}
print(json.dumps(names))
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The files that the role writes, by name."""
    folder = tmp_path_factory.mktemp("clickhouse")
    (folder / "play.yml").write_text(PLAY)
    (folder / "given.json").write_text(json.dumps(GIVEN | EVERYTHING))
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
def known(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Names of settings by the engine's table; in a process of its own, as it never lets go."""
    command = [sys.executable, "-c", PROGRAM, str(tmp_path_factory.mktemp("engine") / "db")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {table: set(names) for table, names in json.loads(done.stdout).items()}


def test_every_setting_of_the_server_is_known(
    written: dict[str, dict[str, Any]], known: dict[str, set[str]]
) -> None:
    config = written["config.yaml"]
    assert set(config) - known["server_settings"] - SECTIONS == set()
    assert set(config["merge_tree"]) - known["merge_tree_settings"] == set()


def test_every_setting_of_a_profile_is_known(
    written: dict[str, dict[str, Any]], known: dict[str, set[str]]
) -> None:
    profiles = written["users.yaml"]["profiles"]
    named = {name for profile in profiles.values() for name in profile}
    named |= {name for profile in profiles.values() for name in profile.get("constraints", {})}
    assert named - known["settings"] - OF_PROFILES == set()
