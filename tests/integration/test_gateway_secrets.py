"""The action that keeps a gateway's hashes and authority: made once, 0600, refused where broken."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bcrypt
import pytest

ROOT = Path(__file__).resolve().parents[2]
PLAY = """
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - stratum.platform.gateway_secrets:
        state_directory: "{{ playbook_dir }}/state"
        component: door
        passwords: {writer: "{{ password }}"}
        authority: a door
      register: kept
    - ansible.builtin.copy:
        content: "{{ kept }}"
        dest: "{{ playbook_dir }}/kept.json"
        mode: "0600"
      check_mode: false
"""


@dataclass(frozen=True)
class Controller:
    folder: Path

    def run(self, password: str, *options: str) -> tuple[bool, str]:
        """Whether it failed, and what was said."""
        (self.folder / "play.yml").write_text(PLAY)
        program = Path(sys.executable).with_name("ansible-playbook")
        words = [
            program,
            "-i",
            "localhost,",
            self.folder / "play.yml",
            "-e",
            f"password={password}",
        ]
        done = subprocess.run(
            [*map(str, words), "-e", f"ansible_python_interpreter={sys.executable}", *options],
            cwd=ROOT,
            env={**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg")},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode != 0, done.stdout + done.stderr

    def kept(self, password: str, *options: str) -> dict[str, Any]:
        """What the action gave."""
        failed, said = self.run(password, *options)
        assert not failed, said
        return dict(json.loads((self.folder / "kept.json").read_text()))

    def file(self, key: str) -> Path:
        return self.folder / "state" / "secrets" / f"door.{key}"


@pytest.fixture
def controller(tmp_path: Path) -> Controller:
    return Controller(tmp_path)


def test_a_second_run_gives_the_same_and_changes_nothing(controller: Controller) -> None:
    first, second = controller.kept("one-password"), controller.kept("one-password")
    assert (first.pop("changed"), second.pop("changed")) == (True, False)
    assert first == second
    assert bcrypt.checkpw(b"one-password", first["hashes"]["writer"].encode())


def test_another_password_leaves_the_authority_as_it_is(controller: Controller) -> None:
    first, second = controller.kept("one-password"), controller.kept("two-password")
    assert second["changed"]
    assert second["private_key"] == first["private_key"]
    assert bcrypt.checkpw(b"two-password", second["hashes"]["writer"].encode())


def test_only_its_owner_may_read_what_is_kept(controller: Controller) -> None:
    controller.kept("one-password")
    modes = [stat.S_IMODE(controller.file(key).stat().st_mode) for key in ("accounts", "authority")]
    assert modes == [0o600, 0o600]


def test_check_mode_keeps_nothing(controller: Controller) -> None:
    assert controller.kept("one-password", "--check")["changed"]
    assert not (controller.folder / "state").exists()


def test_a_broken_authority_is_named_and_stays(controller: Controller) -> None:
    controller.kept("one-password")
    path = controller.file("authority")
    path.write_text("nothing")
    failed, said = controller.run("one-password")
    assert failed
    assert f"{path} holds no certificate and key as PEM text" in said
    assert "bring it back from a backup, or delete it" in said
    assert path.read_text() == "nothing"
