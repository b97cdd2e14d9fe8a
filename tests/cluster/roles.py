"""A role alone on the test cluster, as somebody without a product would run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from testbed.build import binary
from testbed.cluster import Cluster

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(sys.executable).with_name("ansible-playbook")
PLAY = """
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - ansible.builtin.include_role:
        name: "stratum.platform.{{ tested_role }}"
        tasks_from: "{{ tested_tasks }}"
        rolespec_validate: "{{ tested_tasks == 'main' }}"
"""


@dataclass(frozen=True)
class Run:
    """What ansible-playbook did; `changed` is how many tasks changed something."""

    failed: bool
    changed: int
    text: str


@dataclass(frozen=True)
class Role:
    """`stratum.platform.<name>` with the driver kubernetes in one namespace."""

    cluster: Cluster
    name: str
    namespace: str
    folder: Path

    def run(
        self,
        variables: Mapping[str, Any],
        *options: str,
        tasks: str = "main",
        image: str = "",
        instance: str = "",
    ) -> Run:
        """Run its tasks with these variables.

        Args:
            variables: of the role.
            options: of ansible-playbook, such as --check.
            tasks: the file of tasks to begin with.
            image: what the release of a product would name for it.
            instance: its name in a product; the role's without one.
        """
        described = {
            "name": instance or self.name,
            "component": (instance or self.name).partition("@")[0],
            "driver": "kubernetes",
            "namespace": self.namespace,
            "images": [image] if image else [],
            "files": [],
            "version": "1.0.0",
        }
        given = {
            "tested_role": self.name,
            "tested_tasks": tasks,
            "ansible_python_interpreter": sys.executable,
            "stratum_instance": described,
            "stratum_cluster": {"kubeconfig": str(self.cluster.kubeconfig)},
            "stratum_state_dir": str(self.folder / "state"),
            "component_ready_timeout": 180,
            **variables,
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "play.yml").write_text(PLAY)
        (self.folder / "given.json").write_text(json.dumps(given))
        words = [PROGRAM, "-i", "localhost,", self.folder / "play.yml", *options]
        done = subprocess.run(
            [*map(str, words), "-e", f"@{self.folder}/given.json"],
            cwd=ROOT,
            env=_variables(),
            capture_output=True,
            text=True,
        )
        text = f"{done.stdout}\n{done.stderr}"
        return Run(done.returncode != 0, _changed(done.stdout), text)

    def install(self, variables: Mapping[str, Any], *options: str, **more: str) -> Run:
        """As `run`, where a failure is the test's."""
        done = self.run(variables, *options, **more)
        assert not done.failed, done.text
        return done


def _changed(text: str) -> int:
    recap = [
        line for line in text.splitlines() if line.startswith("localhost ") and "changed=" in line
    ]
    return int(recap[-1].partition("changed=")[2].split()[0]) if recap else 0


def _variables() -> dict[str, str]:
    """The bed's helm is found by PATH, as a user's is."""
    path = f"{binary('helm').parent}:{os.environ['PATH']}"
    config = str(ROOT / "ansible.cfg")
    return {**os.environ, "ANSIBLE_CONFIG": config, "ANSIBLE_NOCOLOR": "1", "PATH": path}
