"""Ansible itself reads an environment: hosts, groups, order, variables, and what is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.run import record
from ansible_collections.stratum.platform.plugins.module_utils.run.record import Record
from ansible_collections.stratum.platform.plugins.module_utils.run.state import StateDirectory

ROOT = Path(__file__).parents[3]
DEMO = ROOT / "inventories" / "demo"
TWO_MACHINES = """plugin: stratum.platform.product
product: delivery
release: 1.0.0
artifacts: checkout
parameters: {machine: all}
machines:
  s-1: {address: 10.0.0.1, service_manager: systemd, user: deploy, port: 2222}
  s-2: {address: 10.0.0.2, service_manager: systemd, vars: {ansible_become: true}}
"""
RECORD = Record(
    instance="", component="", product="delivery", release="1.0.0", environment="two",
    tier="ingest", driver="host", version="1.0.0", revision=1, input_digest="", result="ok",
    run="", started_at="", ended_at="", duration_seconds=0.0,
)  # fmt: skip


def ansible(program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a program of Ansible as the Makefile does."""
    environment = {
        **os.environ,
        "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".collections"),
        "ANSIBLE_NOCOLOR": "1",
    }
    command = [str(Path(sys.executable).with_name(program)), *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


@pytest.fixture
def two_machines(tmp_path):
    """An environment with the product delivery on two machines."""
    folder = tmp_path / "inventories" / "two"
    folder.mkdir(parents=True)
    (folder / "product.yml").write_text(TWO_MACHINES)
    return folder


def test_the_graph_shows_tiers_and_instances():
    graph = ansible("ansible-inventory", "-i", DEMO, "--graph").stdout
    assert "  |--@tier_storage:\n  |  |--object_store@local\n  |  |--warehouse@local\n" in graph
    assert "  |--@tier_present:\n  |  |--console@local\n" in graph


def test_hosts_come_in_topological_order_on_several_machines(two_machines):
    listed = ansible("ansible", "all", "-i", two_machines, "--list-hosts").stdout.split()[2:]
    names = ["object_store", "warehouse", "collector", "etl", "console"]
    assert listed == [f"{name}@{machine}" for name in names for machine in ("s-1", "s-2")]


def test_a_host_has_the_variables_of_its_machine_and_its_instance(two_machines):
    done = ansible("ansible-inventory", "-i", two_machines, "--host", "etl@s-1")
    found = json.loads(done.stdout)
    assert {key: found[key] for key in sorted(found) if key.startswith("ansible_")} == {
        "ansible_connection": "ssh",
        "ansible_host": "10.0.0.1",
        "ansible_port": 2222,
        "ansible_user": "deploy",
    }
    assert found["stratum_instance"]["name"] == "etl@s-1"
    assert found["stratum_service_manager"] == "systemd"
    assert len(found["stratum_role_digest"]) == 64
    assert found["stratum_role_path"].endswith("/roles/etl")
    assert found["etl_s3_access_key"] == "etl"
    assert found["etl_s3_endpoint"] == "{{ component_inputs.variables['etl_s3_endpoint'] }}"


def test_the_group_all_has_the_product_and_absolute_folders(two_machines):
    done = ansible("ansible-inventory", "-i", two_machines, "--host", "console@s-2")
    found = json.loads(done.stdout)
    project = two_machines.parent.parent
    assert found["stratum_project_dir"] == str(project)
    assert found["stratum_state_dir"] == str(project / ".stratum" / "two")
    assert found["stratum_product"]["secrets"]["console"] == {"operator_token": {"length": 40}}
    assert "instances" not in found["stratum_product"]
    assert set(found["stratum_source_digests"]) == {"services", "web/dist"}
    assert found["ansible_become"] is True


def to_check(environment):
    done = ansible("ansible", "ports_to_check", "-i", environment, "--list-hosts")
    return done.stdout.split()[2:]


def test_the_ports_of_what_is_not_recorded_with_them_are_to_be_checked(two_machines):
    before = to_check(two_machines)
    port = {"etl@s-1": 18481, "etl@s-2": 1}  # the one of the product, and another
    state = StateDirectory(two_machines.parent.parent / ".stratum" / "two")
    for name, number in port.items():
        record.write(state, replace(RECORD, instance=name, ports={"etl_port": number}))
    record.write(state, replace(RECORD, instance="console@s-1"))  # by an older Stratum

    assert len(before) == 10
    assert set(before) - set(to_check(two_machines)) == {"etl@s-1", "console@s-1"}


def test_supervisord_s_ports_are_checked_where_they_are():
    assert to_check(DEMO) == []


def test_where_secrets_are_given_is_a_variable_and_no_secret_is(two_machines):
    text = TWO_MACHINES + "secrets: {vault: secrets/two.yml, missing: generate}\n"
    (two_machines / "product.yml").write_text(text)
    found = json.loads(ansible("ansible-inventory", "-i", two_machines, "--host", "etl@s-1").stdout)
    assert found["stratum_secrets_file"] == {
        "kind": "vault",
        "name": "secrets/two.yml",
        "path": str(two_machines.parent.parent / "secrets" / "two.yml"),
        "missing": "generate",
    }


def test_the_validate_playbook_prints_the_order_and_writes_nothing(two_machines):
    done = ansible("ansible-playbook", ROOT / "playbooks" / "validate.yml", "-i", two_machines)
    assert done.returncode == 0
    assert "delivery 1.0.0 in two: 10 instances in 3 tiers, schedule tiers" in done.stdout
    assert "     waits for tier ingest: it is the tier before" in done.stdout
    assert sorted(path.name for path in two_machines.parent.parent.rglob("*")) == [
        *("inventories", "product.yml", "two"),
    ]


def test_all_problems_are_told_once_and_nothing_runs(two_machines):
    text = TWO_MACHINES.replace("machine: all", "machine: s3, console_prt: 1")
    (two_machines / "product.yml").write_text(text)
    done = ansible("ansible-playbook", ROOT / "playbooks" / "validate.yml", "-i", two_machines)
    assert done.returncode != 0
    assert done.stderr.count("has no parameter `console_prt`") == 1
    assert "6 problems; nothing was changed." in done.stderr
    assert "Traceback" not in done.stderr
    assert "PLAY" not in done.stdout


def test_another_file_is_left_to_other_plugins(tmp_path):
    other = tmp_path / "hosts.ini"
    other.write_text("[web]\na\n")
    done = ansible("ansible-inventory", "-i", other, "--graph")
    assert "Failed to parse inventory with 'ansible_collections.stratum" not in done.stderr
