"""A program that only sleeps, installed by the role `program` alone, here or on a test machine."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
SCRIPT = "#!/bin/sh\nexec sleep 3600\n"


@dataclass(frozen=True)
class Sleeper:
    """`host` are the variables of the host that it is installed on, and those of the role."""

    folder: Path
    host: dict[str, Any] = field(default_factory=dict)

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def dir(self) -> Path:
        return self.state / "components" / "sleeper"

    def install(
        self, config: tuple[str, ...], *arguments: str, secrets: tuple[str, ...] = ()
    ) -> int:
        """Run the role with configuration and secrets of these names; how many tasks changed."""
        files = {
            "program_config": [{"name": name, "content": f"of {name}\n"} for name in config],
            "program_secrets": {name: f"value of {name}" for name in secrets},
        }
        return self._run("main", files, arguments)

    def uninstall(self) -> int:
        return self._run("absent", {}, ())

    def _run(self, tasks: str, files: dict[str, Any], arguments: tuple[str, ...]) -> int:
        mirror = self.folder / "mirror"
        mirror.mkdir(exist_ok=True)
        (mirror / "sleeper").write_text(SCRIPT)
        program = {"name": "sleeper", "sha256": hashlib.sha256(SCRIPT.encode()).hexdigest()}
        variables = {
            "program_name": "sleeper",
            "program_dir": str(self.dir),
            "program_state_dir": str(self.state),
            "program_file": program,
            "program_file_mirror": str(mirror),
            "program_command": ["sleeper"],
            **files,
        }
        included = {"name": "stratum.platform.program", "tasks_from": tasks}
        task = {"name": "Do it", "ansible.builtin.include_role": included}
        play = {"hosts": "all", "gather_facts": False, "vars": variables, "tasks": [task]}
        (self.folder / "play.yml").write_text(json.dumps([play]))
        inventory = {"all": {"hosts": {"sleeper": self.host}}}
        (self.folder / "inventory.yml").write_text(json.dumps(inventory))
        command = [Path(sys.executable).with_name("ansible-playbook"), "play.yml"]
        done = subprocess.run(
            [*map(str, command), "--inventory=inventory.yml", *arguments],
            cwd=self.folder,
            env=os.environ
            | {
                "ANSIBLE_CONFIG": str(PROJECT / "ansible.cfg"),
                "ANSIBLE_INVENTORY_ENABLED": "ansible.builtin.yaml",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        (self.folder / "told").write_text(done.stdout)
        [changed] = re.findall(r"changed=(\d+)", done.stdout)
        return int(changed)

    @property
    def told(self) -> str:
        """What the last run printed."""
        return (self.folder / "told").read_text()
