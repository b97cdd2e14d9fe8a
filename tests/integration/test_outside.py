"""Under --limit, what is needed from outside of the run is asked on its own machine.

The machines are this one, told apart by the systemctl that their Python finds first.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.stratum.platform.bench.generated import Component, Product, Project
from ansible_collections.stratum.platform.plugins.module_utils.run import order

PROBE = "- {kind: program, name: '%s@local'}"
RUNS = "LoadState=loaded\nActiveState=active\nSubState=running\nResult=success\nExecMainStatus=0"
FAILED = "LoadState=loaded\nActiveState=failed\nSubState=failed\nResult=exit-code\nExecMainStatus=3"
UNKNOWN = "LoadState=not-found\nActiveState=inactive\nSubState=dead"


class Machine:
    """A folder with a Python whose systemd knows one unit."""

    def __init__(self, folder: Path, unit: str) -> None:
        self.folder, self.unit = folder, unit
        folder.mkdir()
        self.python = self._program("python", f'PATH={folder}:$PATH exec {sys.executable} "$@"')
        self._program("journalctl", "echo 'its last line'")
        self.tell(RUNS)

    def tell(self, state: str) -> None:
        """What systemd says of the unit; every other one is unknown to it."""
        answer = f"case \"$*\" in *{self.unit}*) echo '{state}';; *) echo '{UNKNOWN}';; esac"
        self._program("systemctl", answer)

    def _program(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return path


class Machines:
    """A product of two: `first` on one machine, and `second`, which needs it, on another."""

    def __init__(self, folder: Path) -> None:
        parts = Component("first", 0, 0.0), Component("second", 1, 0.0, needs=("first",))
        self.project = Project(folder / "project", Product(parts, "graph"))
        self.project.write()
        self.of = {part.name: Machine(folder / part.name, f"stratum-{part.name}") for part in parts}
        inventory = self.project.folder / "inventory.yml"
        found = json.loads(inventory.read_text())
        for name, machine in self.of.items():
            place = {"stratum_service_manager": "systemd"}
            place["ansible_python_interpreter"] = str(machine.python)
            found["all"]["hosts"][f"{name}@local"] |= place
            meta = self.project.folder / "roles" / name / "meta" / "component.yml"
            probed = meta.read_text().replace("readiness: []", f"readiness: [{PROBE[2:] % name}]")
            meta.write_text(probed)
        inventory.write_text(json.dumps(found))

    def change(self, name: str, **variables: Any) -> None:
        inventory = self.project.folder / "inventory.yml"
        found = json.loads(inventory.read_text())
        found["all"]["hosts"][f"{name}@local"] |= variables
        inventory.write_text(json.dumps(found))

    def second_alone(self) -> dict[str, Any]:
        """How a run of it alone ended."""
        self.project.run("--limit", "second@local")
        events, _wrong = order.parse(self.project.journals()[-1].read_bytes())
        return {e["instance"]: e for e in events if e["event"] == "ended"}["second@local"]


@pytest.fixture
def machines(tmp_path: Path) -> Machines:
    made = Machines(tmp_path)
    done = made.project.run()
    assert done.returncode == 0, done.stdout + done.stderr
    return made


def test_it_is_seen_as_ready_where_it_is(machines: Machines) -> None:
    assert machines.second_alone()["state"] == "unchanged"


def test_it_is_seen_as_failed_where_it_is(machines: Machines) -> None:
    machines.of["first"].tell(FAILED)
    ended = machines.second_alone()
    assert (ended["state"], ended["by"], ended["reason"]) == (
        "blocked",
        ["first@local"],
        "needs first@local, which is not ready: unit stratum-first.service is failed (failed); "
        "result exit-code, its process ended with 3",
    )


def test_a_machine_that_cannot_be_reached_blocks_what_needs_it(machines: Machines) -> None:
    away = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 1}
    machines.change("first", **away)
    ended = machines.second_alone()
    assert (ended["state"], ended["by"]) == ("blocked", ["first@local"])
    begin = "needs first@local, which is not ready: its machine cannot be reached: "
    assert ended["reason"].startswith(begin)


def test_what_lives_beside_the_controller_is_asked_from_there(machines: Machines) -> None:
    """An embedded one that a machine needs: the machine's own loopback would not have it."""
    machines.change("first", stratum_service_manager="supervisord")
    ended = machines.second_alone()
    assert ended["reason"].startswith("needs first@local, which is not ready: supervisord")
