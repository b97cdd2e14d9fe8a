"""The environment that a workflow writes, its state, and what it keeps as evidence."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.product.folder import Folder
from ansible_collections.stratum.platform.plugins.module_utils.product.resolver import resolve

ROOT = Path(__file__).resolve().parents[3]
VALUES = {
    "ENVIRONMENT": "production",
    "RELEASE": "1.0.0",
    "HOST_IP": "192.0.2.10\n",
    "HOST_USER": "admin",
    "SSH_PRIVATE_KEY": "the key\r\n",
    "HOST_KNOWN_HOSTS": "192.0.2.10 ssh-ed25519 AAAA",
}


def test_the_environment_resolves_and_holds_no_secret(program, tmp_path):
    assert program("inventory").main(VALUES, tmp_path / "ssh", tmp_path) == 0
    file = tmp_path / "inventories" / "production" / "product.yml"
    (machine,) = {each.machine for each in resolve(Folder(file, ROOT)).instances}
    assert machine == "host"
    assert "the key" not in file.read_text()


def test_ssh_reads_what_was_written_and_accepts_no_unknown_key(program, tmp_path):
    program("inventory").main(VALUES, tmp_path / "ssh", tmp_path)
    config = str(tmp_path / "ssh" / "config")
    shown = subprocess.check_output(["ssh", "-G", "-F", config, "machine"], text=True).splitlines()
    assert {"hostname 192.0.2.10", "user admin", "stricthostkeychecking true"} <= set(shown)
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "ssh").iterdir()}
    assert modes == {"key": 0o600, "known_hosts": 0o600, "config": 0o600}
    assert (tmp_path / "ssh" / "key").read_bytes() == b"the key\n"


@pytest.mark.parametrize("name", ["../demo", "a b", ""])
def test_a_name_that_is_no_name_is_refused(program, tmp_path, name):
    given = VALUES | {"ENVIRONMENT": name}
    assert program("inventory").main(given, tmp_path / "ssh", tmp_path) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def shell(tmp_path: Path) -> list[str]:
    """The machine's shell in place of SSH, with a sudo that is root already."""
    sudo = tmp_path / "bin" / "sudo"
    sudo.parent.mkdir()
    sudo.write_text('#!/bin/sh\n[ "$1" = -n ] && shift\nexec "$@"\n')
    sudo.chmod(0o755)
    return ["env", f"PATH={sudo.parent}:/usr/bin:/bin", "sh", "-c"]


def test_the_state_comes_back_as_it_was_kept(program, tmp_path, shell):
    state = tmp_path / "state"
    (state / "secrets").mkdir(parents=True)
    (state / "secrets" / "a.b").touch(mode=0o600)
    (state / "secrets" / "a.b").write_text("value")
    (state / "components" / "etl@host" / "wheels").mkdir(parents=True)
    kept = tmp_path / "machine" / "production.tar.gz"
    program("state").keep(state, str(kept), shell)
    assert kept.stat().st_mode & 0o777 == 0o600
    assert program("state").fetch(tmp_path / "again", str(kept), shell)
    secret = tmp_path / "again" / "secrets" / "a.b"
    assert (secret.read_text(), secret.stat().st_mode & 0o777) == ("value", 0o600)
    assert [path.name for path in (tmp_path / "again").iterdir()] == ["secrets"]


def test_a_machine_without_a_state_is_new_and_one_that_fails_is_not(program, tmp_path, shell):
    state = program("state")
    assert not state.fetch(tmp_path / "state", str(tmp_path / "nothing"), shell)
    refused = ["sh", "-c", "echo 'admin@192.0.2.10: Permission denied (publickey).' >&2; exit 255"]
    with pytest.raises(state.StateError) as caught:
        state.fetch(tmp_path / "state", "/x", refused)
    assert str(caught.value) == (
        "the machine cannot be used: admin@192.0.2.10: Permission denied (publickey)."
    )


def test_a_machine_that_refuses_is_the_first_line_of_the_summary(program, tmp_path, monkeypatch):
    summary = tmp_path / "summary"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    (tmp_path / "config").write_text("Host machine\n  ProxyCommand false\n")
    assert program("state").main("fetch", "production", tmp_path) == 1
    assert summary.read_text().startswith("### production: the machine cannot be used: ")


def test_evidence_holds_no_secret(program, tmp_path):
    state = tmp_path / "state"
    files = {
        "secrets/console.operator_token": "s3cret-token",
        "components/console@local/config/operator_token": "s3cret-token",
        "components/console@local/log/console.log": "started\nwith s3cret-token\nended\n",
        "journal/1.jsonl": json.dumps({"event": "run_started"}) + "\n",
    }
    for name, text in files.items():
        (state / name).parent.mkdir(parents=True, exist_ok=True)
        (state / name).write_text(text)
    names = program("evidence").collect(state, tmp_path / "evidence")
    assert names == ["journal/1.jsonl", "components/console@local/log/console.log"]
    log = tmp_path / "evidence" / "components/console@local/log/console.log"
    assert log.read_text() == "started\n(a line with a secret was left out)\nended\n"
