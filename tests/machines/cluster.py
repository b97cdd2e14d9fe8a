"""A K3s cluster on the three machines of the scenario `k3s`: its product, and what it says."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from machines.entry import entry, ssh_config

PROJECT = Path(__file__).resolve().parents[2]
STATE = PROJECT / ".stratum" / "k3s"
SSH_CONFIG = ssh_config("k3s")
ADDRESSES = {"k1": "10.213.78.11", "k2": "10.213.78.12", "k3": "10.213.78.13"}
OLD, NEW = "v1.35.9+k3s1", "v1.36.3+k3s1"
Done = subprocess.CompletedProcess[str]


@dataclass(frozen=True)
class Product:
    """The product on machines by what they are; `write` gives its environment."""

    folder: Path
    mirror: Path
    digests: Mapping[str, str]

    def write(
        self,
        servers: str = "",
        agents: str = "",
        version: str = OLD,
        state: Path = STATE,
        first: str = "k1",
        **settings: Any,
    ) -> Path:
        """`servers` and `agents` are names of machines; `settings` are variables of all of them."""
        groups: dict[str, tuple[str, ...]] = {first: ()}
        groups |= dict.fromkeys(servers.split(), ("servers",))
        groups |= dict.fromkeys(agents.split(), ("agents",))
        mirror = {"stratum_mirror": str(self.mirror)}
        machines = {
            name: entry("k3s", ADDRESSES[name], groups=of_it, **mirror)
            for name, of_it in groups.items()
        }
        program = {"name": f"k3s-{version}", "sha256": self.digests.get(version, "0" * 64)}
        components = ("k3s", "k3s_server", "k3s_agent")
        content = {
            "plugin": "stratum.platform.product",
            "product": "cluster",
            "release": "1.36.4",
            "environment": state.name,
            "state_dir": str(state),
            "machines": machines,
            "parameters": {
                "first": first,
                "servers": "servers" if servers else "",
                "agents": "agents" if agents else "",
                "version": version,
                "file": program,
                "settings": dict.fromkeys(components, settings),
            },
        }
        path = self.folder / "product.yml"
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        return path


def run_playbook(name: str, inventory: Path, *arguments: str) -> Done:
    command = [Path(sys.executable).with_name("ansible-playbook"), "-i", inventory, *arguments]
    environment = os.environ | {"ANSIBLE_CONFIG": str(PROJECT / "ansible.cfg")}
    environment.pop("ANSIBLE_INVENTORY_ENABLED", None)
    return subprocess.run(
        [*map(str, command), str(PROJECT / "playbooks" / f"{name}.yml")],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def on(name: str, command: str, check: bool = True) -> str:
    """What a command says on a machine, as root."""
    done = subprocess.run(
        ["ssh", "-F", str(SSH_CONFIG), name, f"sudo sh -c {shlex.quote(command)}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0 or not check, done.stdout + done.stderr
    return done.stdout.strip()


def kubectl(words: str, server: str = "k1", stdin: str = "") -> str:
    """What the cluster says, asked from here with the kubeconfig that the role keeps."""
    sys.path.insert(0, str(PROJECT / "tests" / "cluster"))
    from testbed.build import binary

    kubeconfig = STATE / "components" / "k3s@k1" / "kubeconfig"
    address = f"--server=https://{ADDRESSES[server]}:6443"
    done = subprocess.run(
        [str(binary("kubectl")), f"--kubeconfig={kubeconfig}", address, *words.split()],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def nodes() -> dict[str, tuple[str, str]]:
    """Each node: whether it is Ready, and the version it reports."""
    found = {}
    for node in json.loads(kubectl("get nodes -o json"))["items"]:
        conditions = {entry["type"]: entry["status"] for entry in node["status"]["conditions"]}
        version = node["status"]["nodeInfo"]["kubeletVersion"]
        found[node["metadata"]["name"]] = (conditions["Ready"], version)
    return found


def until(condition: Callable[[], Any], seconds: float = 90.0, what: str = "it") -> Any:
    """The first true value of a condition."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, f"{what} did not happen"
        time.sleep(0.3)
    return value


def bed(*words: str) -> None:
    """Do something with the scenario's machines."""
    command = [sys.executable, str(PROJECT / "tests" / "machines" / "bed.py"), "--bed=k3s"]
    subprocess.run([*command, "--network=10.213.78.0/24", *words], check=True)
