"""The text of units. systemd's own judgement of them is in the scenario `hosts`."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.host.program import Program
from ansible_collections.stratum.platform.plugins.module_utils.host.unit import (
    CONFINEMENT,
    unit_digest,
    unit_name,
    unit_owner,
    unit_text,
)

PROGRAM = Program(
    name="etl@a",
    command=["/opt/stratum/etl/bin/stratum-etl", "watch", "--config", "/etc/stratum/etl/etl.toml"],
    directory=Path("/var/lib/stratum/delivery/etl"),
    log=Path(),
    environment={"STRATUM_REVISION": "1"},
    user="stratum-etl",
    owner="delivery in hosts",
    credentials={"s3_secret_key": "/etc/stratum/etl/secrets/s3_secret_key"},
)


def lines(program: Program) -> list[str]:
    return unit_text(program).splitlines()


def test_the_unit_of_an_instance_has_the_name_of_its_component() -> None:
    assert unit_name("object_store@a") == "stratum-object_store.service"


def test_a_unit_runs_the_program_as_its_account_in_its_state_directory() -> None:
    assert {
        "User=stratum-etl",
        "ExecStart=/opt/stratum/etl/bin/stratum-etl watch --config /etc/stratum/etl/etl.toml",
        "WorkingDirectory=/var/lib/stratum/delivery/etl",
        "StateDirectory=stratum/delivery/etl",
        "StateDirectoryMode=0700",
        "Restart=always",
        "Environment=STRATUM_REVISION=1",
        "LoadCredential=s3_secret_key:/etc/stratum/etl/secrets/s3_secret_key",
        "WantedBy=multi-user.target",
    } <= set(lines(PROGRAM))


def test_a_unit_is_confined() -> None:
    assert {f"{key}={value}" for key, value in CONFINEMENT.items()} <= set(lines(PROGRAM))


def test_a_program_may_differ_in_one_directive() -> None:
    found = lines(replace(PROGRAM, confinement={"MemoryDenyWriteExecute": "no"}))
    assert [line for line in found if line.startswith("MemoryDenyWriteExecute")] == [
        "MemoryDenyWriteExecute=no"
    ]


@pytest.mark.parametrize(
    ("word", "written"),
    [
        ("plain-_@1:/x.y", "plain-_@1:/x.y"),
        ("two words", '"two words"'),
        ("100%", '"100%%"'),
        ("$HOME", '"$$HOME"'),
        ('say "a"', '"say \\"a\\""'),
        ("back\\slash", '"back\\\\slash"'),
        ("-config=$CREDENTIALS_DIRECTORY/s3.json", '"-config=${CREDENTIALS_DIRECTORY}/s3.json"'),
        ("", '""'),
    ],
)
def test_words_reach_the_program_as_they_are(word: str, written: str) -> None:
    found = lines(replace(PROGRAM, command=["/bin/echo", word]))
    assert f"ExecStart=/bin/echo {written}" in found


def test_a_dollar_in_the_environment_is_left_alone() -> None:
    assert 'Environment="KEY=$x 100%%"' in lines(replace(PROGRAM, environment={"KEY": "$x 100%"}))


def test_the_environment_may_name_a_credential() -> None:
    found = lines(replace(PROGRAM, environment={"KEY_FILE": "$CREDENTIALS_DIRECTORY/key"}))
    assert 'Environment="KEY_FILE=%d/key"' in found


def test_a_line_break_begins_no_directive() -> None:
    text = unit_text(replace(PROGRAM, owner="x\nExecStartPre=/bin/evil"))
    assert "\nExecStartPre" not in text


def test_a_unit_says_whose_it_is() -> None:
    assert unit_owner(unit_text(PROGRAM)) == "delivery in hosts"
    assert unit_owner("[Service]\nExecStart=/bin/true\n") == ""


def test_its_digest_tells_of_every_change() -> None:
    others = [
        replace(PROGRAM, environment={"STRATUM_REVISION": "2"}),
        replace(PROGRAM, confinement={"ProcSubset": "all"}),
        replace(PROGRAM, stop_seconds=31),
    ]
    digests = {unit_digest(unit_text(program)) for program in (PROGRAM, *others)}
    assert len(digests) == 4
    assert "" not in digests


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_reads_every_line_of_it(tmp_path: Path) -> None:
    path = tmp_path / unit_name(PROGRAM.name)
    path.write_text(unit_text(replace(PROGRAM, command=["/bin/true"], user="root")))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    told = [line for line in done.stderr.splitlines() if path.name in line]
    assert (done.returncode, told) == (0, [])
