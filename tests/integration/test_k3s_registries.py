"""A node's login at a registry: from the environment's secrets into one file, shown to nobody."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import yaml

from ansible_collections.stratum.platform.plugins.module_utils.product.folder import Folder
from ansible_collections.stratum.platform.plugins.module_utils.product.hosts import hosts
from ansible_collections.stratum.platform.plugins.module_utils.product.resolver import resolve

ROOT = Path(__file__).parents[2]
PASSWORD, OTHER = "correct-horse-battery", "wrong-horse-staple"
ENVIRONMENT = """
plugin: stratum.platform.product
product: cluster
release: 1.36.4
secrets: {vault: secrets/production.yml}
registries:
  registry.example.org: {user: puller, password: {secret: registries.example}}
machines:
  server: {address: 192.0.2.11, service_manager: systemd}
parameters:
  settings:
    k3s:
      k3s_registries:
        configs:
          registry.example.org:
            auth: {username: puller, password: {secret: registries.example}}
"""
PLAY = """
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - ansible.builtin.include_role:
        name: stratum.platform.k3s
        tasks_from: configure
        rolespec_validate: false
"""


def registries(password: object) -> dict[str, object]:
    login = {"auth": {"username": "puller", "password": password}}
    return {"configs": {"registry.example.org": login}}


def test_the_product_hands_the_password_on_when_it_is_needed(tmp_path: Path) -> None:
    file = tmp_path / "inventories" / "test" / "product.yml"
    file.parent.mkdir(parents=True)
    file.write_text(ENVIRONMENT)
    resolved = resolve(Folder(file))
    (host,) = hosts(resolved, Folder(file), python="python3")
    assert "k3s_registries" in host.late
    given = host.variables["stratum_instance"]["vars"]["k3s_registries"]
    assert given == registries({"secret": "registries.example"})
    assert resolved.document["secrets"]["registries"] == {"example": {"given": True}}


def configure(folder: Path, password: str, *options: str) -> str:
    """Run the role's tasks that write the configuration, below a folder; gives all it printed."""
    given = {
        "ansible_python_interpreter": sys.executable,
        "__k3s_etc": str(folder / "etc"),
        "__k3s_standing": {"join": "", "unit": True, "alive": []},
        "k3s_data_dir": str(folder / "data"),
        "k3s_token": "t" * 20,
        "k3s_node_ip": "192.0.2.11",
        "k3s_address": "192.0.2.11",
        "k3s_registries": registries(password),
    }
    (folder / "given.json").write_text(json.dumps(given))
    (folder / "play.yml").write_text(PLAY)
    program = Path(sys.executable).with_name("ansible-playbook")
    words = [program, "-i", "localhost,", folder / "play.yml", "-e", f"@{folder}/given.json"]
    done = subprocess.run(
        [*map(str, words), "--diff", "-vvv", *options],
        env={**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg")},
        capture_output=True,
        text=True,
    )
    text = done.stdout + done.stderr
    assert done.returncode == 0, text
    return text


def test_the_file_is_for_root_alone_and_the_password_in_no_output(tmp_path: Path) -> None:
    file = tmp_path / "etc" / "registries.yaml"
    assert PASSWORD not in configure(tmp_path, PASSWORD)
    assert yaml.safe_load(file.read_text()) == registries(PASSWORD)
    assert file.stat().st_mode & 0o777 == 0o600
    told = configure(tmp_path, OTHER, "--check")
    assert not [word for word in (PASSWORD, OTHER) if word in told]
