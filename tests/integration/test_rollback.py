"""Back to a release that was installed before, by the playbook that users run."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(sys.executable).with_name("ansible-playbook")
META = """
component:
  description: Keeps its version.
  drivers: [host]
  readiness: [{kind: tcp, host: 127.0.0.1, port: %s}]
"""
HOST = """
- name: Refuse what cannot be installed
  ansible.builtin.assert: {that: "note_version != '1.2.0'", fail_msg: it cannot be had}
- name: Write it
  ansible.builtin.copy: {content: "{{ note_version }}", dest: "{{ note_file }}", mode: "0600"}
"""
PRODUCT = """
product: sample
tiers: [only]
components:
{% for name in ["changing", "steady"] %}
  {{ name }}:
    tier: only
    role: note
    on: local
    vars:
      note_file: {{ parameters.folder }}/{{ name }}
      note_version: {{ release.components[name].version }}
{% endfor %}
"""
VERSIONS = {"1.0.0": "1.0.0", "1.1.0": "1.1.0", "1.2.0": "1.2.0"}


@dataclass(frozen=True)
class Project:
    """Two components; only one of them differs from release to release."""

    folder: Path
    listening: int

    def write(self) -> None:
        role, product = self.folder / "roles/note", self.folder / "products/sample"
        texts = {
            role / "meta/component.yml": META % self.listening,
            role / "meta/argument_specs.yml": json.dumps(
                {"argument_specs": {"main": {"options": {
                    name: {"type": "str", "description": "x"}
                    for name in ("note_file", "note_version")}}}}
            ),
            role / "tasks/main.yml": "",
            role / "tasks/host.yml": HOST,
            product / "product.yml.j2": PRODUCT,
            product / "parameters.yml": "folder: {type: string, required: true, description: x}\n",
        }  # fmt: skip
        texts |= {product / f"releases/{name}.yml": self._lock(name) for name in VERSIONS}
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def environment(self, release: str) -> None:
        """What the environment's file says from now on."""
        told = {
            "plugin": "stratum.platform.product",
            "product": "sample",
            "release": release,
            "roles_path": ["../../roles"],
            "parameters": {"folder": str(self.folder)},
            "machines": {
                "local": {
                    "connection": "local",
                    "address": "127.0.0.1",
                    "service_manager": "supervisord",
                }
            },
        }
        path = self.folder / "inventories/test/product.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(told))

    def play(self, playbook: str, *options: str) -> subprocess.CompletedProcess[str]:
        inventory, book = self.folder / "inventories/test", ROOT / f"playbooks/{playbook}.yml"
        return subprocess.run(
            [str(PROGRAM), "-i", str(inventory), str(book), *options],
            cwd=ROOT,
            env={
                **os.environ,
                "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
                "ANSIBLE_ROLES_PATH": str(self.folder / "roles"),
                "ANSIBLE_NOCOLOR": "1",
            },
            capture_output=True,
            text=True,
        )

    def states(self) -> dict[str, str]:
        """The final states of the last run."""
        journal = max((self.folder / ".stratum/test/journal").glob("*.jsonl"))
        events = map(json.loads, journal.read_text().splitlines())
        return {e["instance"]: e["state"] for e in events if e["event"] == "ended"}

    def versions(self) -> list[str]:
        return [(self.folder / name).read_text() for name in ("changing", "steady")]

    def _lock(self, release: str) -> str:
        source = {"repository": "https://example.org/x", "tag": "v1", "commit": "1" * 40}
        common = {"source": source, "files": [], "images": []}
        components = {
            "changing": {"version": VERSIONS[release], **common},
            "steady": {"version": "1.0.0", **common},
        }
        lock = {"product": "sample", "version": release, "released": "2026-11-21"}
        return json.dumps({**lock, "components": components})


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Project]:
    """Nothing of it is installed; what its instances are asked for is there."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = Project(tmp_path, listener.getsockname()[1])
        made.write()
        yield made


@pytest.fixture
def project(fresh: Project) -> Project:
    """Release 1.0.0 is installed, then 1.1.0."""
    made = fresh
    for release in ("1.0.0", "1.1.0"):
        made.environment(release)
        done = made.play("site")
        assert done.returncode == 0, done.stdout + done.stderr
    assert made.versions() == ["1.1.0", "1.0.0"]
    return made


def test_the_release_before_comes_back_and_what_is_equal_is_left_alone(project: Project) -> None:
    done = project.play("rollback", "-e", "stratum_release=previous")

    assert done.returncode == 0, done.stdout + done.stderr
    assert project.versions() == ["1.0.0", "1.0.0"]
    assert project.states() == {"changing@local": "changed", "steady@local": "unchanged"}


def test_after_a_failed_upgrade_it_is_the_last_one_that_was_whole(project: Project) -> None:
    project.environment("1.2.0")
    assert "it cannot be had" in project.play("site").stdout

    done = project.play("rollback", "-e", "stratum_release=previous")

    assert done.returncode == 0, done.stdout + done.stderr
    assert project.versions() == ["1.1.0", "1.0.0"]

    done = project.play("rollback", "-e", "stratum_release=1.0.0")

    assert done.returncode == 0, done.stdout + done.stderr
    assert project.versions() == ["1.0.0", "1.0.0"]


def test_without_a_release_it_asks_for_one_and_changes_nothing(fresh: Project) -> None:
    fresh.environment("1.0.0")

    done = fresh.play("rollback")

    assert done.returncode != 0
    assert "say -e stratum_release=previous, or the version of a release" in done.stdout
    assert not (fresh.folder / "changing").exists()


def test_a_release_that_is_not_there_is_named_with_those_that_are(fresh: Project) -> None:
    fresh.environment("1.0.0")

    done = fresh.play("rollback", "-e", "stratum_release=1.0.1")

    assert done.returncode != 0
    assert "there is no release 1.0.1 of sample" in done.stderr
    assert "1.0.0, 1.1.0, 1.2.0" in done.stderr


def test_where_nothing_was_before_it_says_so(fresh: Project) -> None:
    fresh.environment("1.0.0")

    done = fresh.play("rollback", "-e", "stratum_release=previous")

    assert done.returncode != 0
    assert "no release of sample was installed before 1.0.0" in done.stderr
