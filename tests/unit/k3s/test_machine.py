"""K3s on a machine, told by commands that are played and by files that are there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from ansible_collections.stratum.platform.plugins.module_utils.k3s.machine import (
    Machine,
    not_ready,
)
from ansible_collections.stratum.platform.plugins.module_utils.k3s.supervisor import digest

VERSION = "v1.36.4+k3s1"


class Commands:
    """Answers by the first words of a command."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers

    def __call__(self, command: Sequence[str]) -> tuple[int, str]:
        key = "version" if command[-1] == "--version" else Path(command[0]).name
        return (0, self.answers[key]) if key in self.answers else (127, "no such program")


def shown(state: str = "active", pid: int = 0, restarts: int = 0) -> str:
    return (
        f"ActiveState={state}\nSubState=running\nMainPID={pid}\nNRestarts={restarts}\n"
        "LoadState=loaded\nResult=success\n"
    )


def node(ready: str = "True", version: str = VERSION) -> str:
    conditions = [{"type": "Ready", "status": ready, "message": "no network"}]
    return json.dumps(
        {"status": {"nodeInfo": {"kubeletVersion": version}, "conditions": conditions}}
    )


def machine(folder: Path, role: str = "server", **answers: str) -> Machine:
    return Machine(role, "k3s", folder, Commands(**answers))


def why(folder: Path, revision: str = "", **answers: str) -> str:
    return not_ready(machine(folder, **answers), "s1", VERSION, revision)


def test_a_machine_without_k3s(tmp_path):
    seen = machine(tmp_path)
    assert (seen.installed, seen.data, seen.ca_hash, seen.token) == ("", False, "", "")
    assert seen.process().sentence == "there is no unit k3s.service"


def test_a_server_tells_its_cluster_and_token(tmp_path):
    (tmp_path / "server/db/etcd/member").mkdir(parents=True)
    (tmp_path / "server/tls").mkdir()
    (tmp_path / "server/tls/server-ca.crt").write_text("PEM")
    (tmp_path / "server/token").write_text(f"K10{digest('PEM')}::server:abc\n")
    seen = machine(tmp_path)
    assert (seen.data, seen.ca_hash, seen.token) == (True, digest("PEM"), "abc")
    assert machine(tmp_path, "agent").other_role


def test_the_running_version_counts_not_the_one_on_disk(tmp_path):
    answers = {"systemctl": shown(pid=1), "version": "k3s version v1.35.9+k3s1"}
    assert why(tmp_path, **answers) == f"v1.35.9+k3s1 runs, not {VERSION}"


def test_a_process_with_the_configuration_before_is_not_ready(tmp_path):
    assert why(tmp_path, "new", systemctl=shown()) == (
        "unit k3s.service still runs with the configuration before"
    )


def test_the_node_must_report_the_version_and_be_ready(tmp_path):
    answers = {"systemctl": shown(pid=1), "version": f"k3s version {VERSION}"}
    assert why(tmp_path, **answers) == "the API server does not tell of the node s1"
    assert why(tmp_path, k3s=node(version="v1.35.9+k3s1"), **answers) == (
        f"the node s1 reports v1.35.9+k3s1, not {VERSION}"
    )
    assert why(tmp_path, k3s=node("False"), **answers) == "the node s1 is not Ready: no network"
    assert why(tmp_path, k3s=node(), **answers) == ""


def test_a_unit_that_does_not_run_says_how_it_is(tmp_path):
    assert why(tmp_path, systemctl=shown("failed")) == (
        "unit k3s.service is failed (running), result success"
    )
