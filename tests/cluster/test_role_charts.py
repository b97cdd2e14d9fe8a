"""What an operator gives a role reaches its chart: the role's values are values of the chart."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from testbed import charts

ROOT = Path(__file__).resolve().parents[2]
STORE = "stratum-raw"
INPUTS: dict[str, dict[str, Any]] = {
    "collector": {
        "collector_s3_secret_key": "key",
        "collector_sources": {
            "github": [
                {"name": "main", "value": "one"},
                {"name": "sample", "value": "two", "sample": True},
            ],
            "metrics": [{"name": "main", "value": "three"}],
        },
        "collector_chart_values": {"service": {"type": "NodePort"}, "replicas": 3},
    },
    "console": {"console_operator_token": "token", "console_warehouse_password": "password"},
    "etl": {"etl_s3_secret_key": "key", "etl_warehouse_password": "password"},
    "object_store": {
        "object_store_identities": [
            {"name": "a", "access_key": "admin", "secret_key": "one", "actions": ["Admin"]},
            {
                "name": "etl",
                "access_key": "etl",
                "secret_key": "two",
                "actions": [f"Read:{STORE}", "List"],
            },
        ]
    },
    "warehouse": {
        "warehouse_admin_password": "one",
        "warehouse_ingest_password": "two",
        "warehouse_reader_password": "three",
    },
}
PLAY = """
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - ansible.builtin.include_role:
        name: "stratum.platform.{{ tested }}"
        tasks_from: preflight
        public: true
        rolespec_validate: false
    - ansible.builtin.copy:
        content: "{{ lookup('vars', '__' ~ tested ~ '_values') | combine(more, recursive=true) }}"
        dest: "{{ playbook_dir }}/values.json"
        mode: "0600"
      vars:
        more: "{{ lookup('vars', tested ~ '_chart_values') }}"
"""


def values_of(role: str, folder: Path) -> dict[str, Any]:
    """What the role hands to its chart on Kubernetes."""
    instance = {"name": role, "driver": "kubernetes", "namespace": "delivery", "images": ["a/b:1"]}
    given = {"tested": role, "stratum_instance": instance, **INPUTS[role]}
    given["ansible_python_interpreter"] = sys.executable
    (folder / "play.yml").write_text(PLAY)
    (folder / "given.json").write_text(json.dumps(given))
    program = Path(sys.executable).with_name("ansible-playbook")
    done = subprocess.run(
        [program, "-i", "localhost,", folder / "play.yml", "-e", f"@{folder}/given.json"],
        env={**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg")},
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads((folder / "values.json").read_text())
    return found


def rendered(role: str, folder: Path) -> dict[str, dict[str, Any]]:
    """The objects by their kind; of two of a kind the last."""
    chart = role.replace("_", "-")
    text = charts.render(chart, chart, "delivery", values_of(role, folder))
    return {found["kind"]: found for found in yaml.safe_load_all(text) if found}


@pytest.mark.parametrize("role", INPUTS)
def test_the_chart_takes_what_the_role_gives_it(role: str, tmp_path: Path) -> None:
    found = rendered(role, tmp_path)
    workload = next(
        found[kind] for kind in ("StatefulSet", "Deployment", "CronJob") if kind in found
    )
    assert workload["metadata"]["name"] == role.replace("_", "-")
    assert "image: a/b:1" in yaml.safe_dump(workload)


def test_more_values_are_merged_over_the_others(tmp_path: Path) -> None:
    found = rendered("collector", tmp_path)
    assert found["Service"]["spec"]["type"] == "NodePort"
    assert found["StatefulSet"]["spec"]["replicas"] == 3
    assert "sample = true" in found["ConfigMap"]["data"]["collector.toml"]


def test_an_identity_of_the_store_becomes_a_user_with_its_rights(tmp_path: Path) -> None:
    values = values_of("object_store", tmp_path)
    assert values["users"] == [
        {"name": "etl", "grants": [{"bucket": STORE, "actions": ["read", "list"]}]}
    ]
    assert values["secrets"] == {"user.etl": "two", "root_user": "admin", "root_password": "one"}
