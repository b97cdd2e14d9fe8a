"""The role object_store's rules on a real SeaweedFS: made, kept, changed, removed, and obeyed.

It also plays an external store: it keeps rules of S3, though it does not act on them.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.stratum.platform.tests.integration.conftest import (
    Bucket,
    ObjectStoreServer,
    wait_until,
)

ROOT = Path(__file__).resolve().parents[2]
WEED = Path(sys.executable).with_name("weed")
PLAY = """
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - ansible.builtin.include_role:
        name: stratum.platform.object_store
        tasks_from: "{{ tested_tasks }}"
        rolespec_validate: "{{ tested_tasks == 'main' }}"
"""
PATIENCE_SECONDS = 150


@dataclass(frozen=True)
class Rules:
    """The role's tasks about rules, on the server that the tests share."""

    server: ObjectStoreServer
    bucket: Bucket
    folder: Path

    def apply(self, *rules: dict[str, Any]) -> int:
        """How many tasks changed something."""
        return self._run(
            "lifecycle", rules, {"program_service": {"program": str(WEED)}, **self._ports()}
        )

    def apply_outside(self, *rules: dict[str, Any]) -> int:
        """As `apply`, to the store as one that somebody else runs."""
        keys = {"access_key": self.server.access_key, "secret_key": self.server.secret_key}
        given = {
            "object_store_server": "external",
            "object_store_url": self.server.endpoint,
            "object_store_buckets": [self.bucket.name],
            "object_store_identities": [{"name": "admin", **keys, "actions": ["Admin"]}],
            "object_store_state_dir": str(self.folder / "state"),
        }
        return self._run("main", rules, given)

    def _run(self, tasks: str, rules: tuple[dict[str, Any], ...], more: dict[str, Any]) -> int:
        given = {
            "tested_tasks": tasks,
            "ansible_python_interpreter": sys.executable,
            "object_store_lifecycle": [{"bucket": self.bucket.name, **rule} for rule in rules],
            **more,
        }
        (self.folder / "play.yml").write_text(PLAY)
        (self.folder / "given.json").write_text(json.dumps(given))
        program = Path(sys.executable).with_name("ansible-playbook")
        done = subprocess.run(
            [program, "-i", "localhost,", "play.yml", "-e", "@given.json"],
            env={**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg")},
            cwd=self.folder,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return int(re.findall(r"changed=(\d+)", done.stdout)[-1])

    def shell(self, command: str) -> str:
        ports = self._ports()
        master = f"{ports['object_store_master_port']}.{ports['object_store_master_grpc_port']}"
        filer = f"{ports['object_store_filer_port']}.{ports['object_store_filer_grpc_port']}"
        words = [WEED, "shell", f"-master=127.0.0.1:{master}", f"-filer=127.0.0.1:{filer}"]
        done = subprocess.run(words, input=command, capture_output=True, text=True, check=True)
        return done.stdout

    def ages(self) -> dict[str, str]:
        """By prefix, those that the server has for this bucket."""
        place = f"/buckets/{self.bucket.name}/"
        located = json.loads(self.shell("fs.configure"))["locations"]
        return {
            each["locationPrefix"].removeprefix(place): each["ttl"]
            for each in located
            if each["locationPrefix"].startswith(place)
        }

    def _ports(self) -> dict[str, int]:
        """As conftest.py chooses them."""
        names = ("master", "master_grpc", "volume", "volume_grpc", "filer", "filer_grpc")
        numbered = enumerate(names, start=self.server.port + 1)
        return {f"object_store_{name}_port": number for number, name in numbered}


@pytest.fixture
def rules(object_store: ObjectStoreServer, tmp_path: Path) -> Rules:
    return Rules(object_store, object_store.bucket(), tmp_path)


def test_rules_become_ages_and_what_is_no_longer_named_goes(rules: Rules) -> None:
    first, second = {"prefix": "tmp/", "days": 7}, {"prefix": "dt=2026/x-", "days": 255}
    assert (rules.apply(first, second), rules.ages()) == (1, {"tmp/": "7d", "dt=2026/x-": "255d"})
    assert rules.apply(first, second) == 0
    assert (rules.apply({**first, "days": 8}), rules.ages()) == (2, {"tmp/": "8d"})
    assert (rules.apply(), rules.ages()) == (1, {})


def test_an_object_goes_at_the_age_of_its_place_and_others_stay(rules: Rules) -> None:
    rules.shell(f"fs.configure -locationPrefix=/buckets/{rules.bucket.name}/tmp/ -ttl=1m -apply")
    for key in ("tmp/a", "events/a"):
        rules.bucket.client.put_object(Bucket=rules.bucket.name, Key=key, Body=b"x")
    wait_until(lambda: list(rules.bucket.objects()) == ["events/a"], PATIENCE_SECONDS)


def test_an_external_store_gets_rules_of_s3_and_loses_them_again(rules: Rules) -> None:
    rule, client = {"prefix": "tmp/", "days": 7}, rules.bucket.client
    assert rules.apply_outside(rule) > 0
    found = client.get_bucket_lifecycle_configuration(Bucket=rules.bucket.name)["Rules"]
    assert [(each["ID"], each["Expiration"]) for each in found] == [("stratum-tmp/", {"Days": 7})]
    assert rules.apply_outside(rule) == 0
    assert rules.apply_outside() > 0
    with pytest.raises(client.exceptions.ClientError) as error:
        client.get_bucket_lifecycle_configuration(Bucket=rules.bucket.name)
    assert error.value.response["Error"]["Code"] == "NoSuchLifecycleConfiguration"
    assert rules.apply_outside() == 0
