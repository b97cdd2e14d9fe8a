"""Writes the environments that a workflow installs, and the files that SSH reaches machines with.

    inventory.py FOLDER      # keys, known hosts, kubeconfig and the configuration of SSH go there

Reads what preflight.py has checked, from variables. No environment holds a secret, only paths.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

NAME = re.compile(r"[a-z][a-z0-9-]{0,23}")
VERSION = re.compile(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?")
K3S = "1.36.4"
# What can be joined, and the part of the environment's name behind `<environment>` it belongs to.
JOINS = {"cluster": "", "machine": "", "node": "-cluster"}
# What is written into the checkout here is no change of it.
EXCLUDED = ("/inventories/{name}/", "/inventories/{name}-cluster/", "/products/*/releases/*-g*.yml")
SECRET_FILES = {
    "key": "SSH_PRIVATE_KEY",
    "app_key": "APP_SSH_PRIVATE_KEY",
    "kubeconfig": "APP_HOST_KUBECONFIG",
}

Values = Mapping[str, str]
Environment = dict[str, Any]


def environments(values: Values, folder: Path) -> dict[str, Environment]:
    """The environments by their names: one on a machine, or a cluster and what lives on it."""
    name = values["ENVIRONMENT"]
    if values.get("PLACE") != "kubernetes":
        return {name: more(on_machine(values, folder), values, "PRODUCT_PARAMETERS")}
    return {
        f"{name}-cluster": more(cluster(values, folder), values, "CLUSTER_PARAMETERS"),
        name: more(on_cluster(values, folder), values, "PRODUCT_PARAMETERS"),
    }


def more(environment: Environment, values: Values, name: str) -> Environment:
    """With the parameters that a variable gives beside those that are made of the inputs."""
    given = json.loads(values.get(name, "").strip() or "{}")
    return {**environment, "parameters": _merged(environment["parameters"], given)}


def _merged(ours: Environment, given: Environment) -> Environment:
    """What is given wins; maps are merged."""
    merged = {**ours, **given}
    for key in ours.keys() & given.keys():
        if isinstance(ours[key], dict) and isinstance(given[key], dict):
            merged[key] = _merged(ours[key], given[key])
    return merged


def on_machine(values: Values, folder: Path) -> Environment:
    """The product delivery: all on loopback, as nothing in front of it speaks TLS."""
    return {
        **_product("delivery", values["RELEASE"], "checkout"),
        "machines": {"host": _machine(values, folder)},
        "parameters": {"machine": "host", "viewer_access": "token"},
    }


def cluster(values: Values, folder: Path) -> Environment:
    """Kubernetes on the machine, and on the one that joins."""
    joined = values.get("JOIN") == "node"
    machines = {"host": _machine(values, folder)}
    if joined:
        machines[values["NAME"]] = {**_machine(values, folder, "APP_"), "groups": ["agents"]}
    return {
        **_product("cluster", K3S, "release"),
        "machines": machines,
        "parameters": {"first": "host", **({"agents": "agents"} if joined else {})},
    }


def on_cluster(values: Values, folder: Path) -> Environment:
    """The product observability, with delivery; its gateway is what is reached from outside."""
    kubeconfig = f".stratum/{values['ENVIRONMENT']}-cluster/components/k3s@host/kubeconfig"
    clusters: dict[str, Any] = {"host": {"kubeconfig": kubeconfig, "groups": ["observed"]}}
    parameters: dict[str, Any] = {
        "place": "cluster",
        "server": "host",
        "observed_clusters": "observed",
        "address": (values.get("HOST_DOMAIN") or values["HOST_IP"]).strip(),
        "delivery": True,
        "grafana": True,
        "settings": {"data_gateway": {"data_gateway_service_type": "LoadBalancer"}},
    }
    machines = {}
    if values.get("JOIN") == "cluster":
        given = {"kubeconfig": str(folder / "kubeconfig"), "groups": ["observed"]}
        clusters[values["NAME"]] = given
    elif values.get("JOIN") == "machine":
        machine = _machine(values, folder, "APP_")
        machine["vars"]["stratum_file_mirror"] = "~/.cache/stratum/mirror"
        machines[values["NAME"]] = machine
        # The program of log_agent for machines is to be had from its makers only.
        parameters |= {"machines": values["NAME"], "log_agent": False}
    return {
        **_product("observability", values["RELEASE"], "release"),
        "clusters": clusters,
        "machines": machines,
        "parameters": parameters,
    }


def _product(product: str, release: str, artifacts: str) -> Environment:
    plugin = "stratum.platform.product"
    return {"plugin": plugin, "product": product, "release": release, "artifacts": artifacts}


def _machine(values: Values, folder: Path, prefix: str = "") -> dict[str, Any]:
    return {
        "address": values[f"{prefix}HOST_IP"].strip(),
        "user": values[f"{prefix}HOST_USER"].strip(),
        "service_manager": "systemd",
        "vars": {
            "ansible_become": True,
            "ansible_python_interpreter": "/usr/bin/python3",
            "ansible_ssh_common_args": f"-F {folder / 'config'}",
        },
    }


def ssh_configuration(values: Values, folder: Path) -> str:
    """How the machines are reached; a key that is not known ends the connection."""
    lines = [
        "Host machine",
        f"  HostName {values['HOST_IP'].strip()}",
        f"  User {values['HOST_USER'].strip()}",
    ]
    if values.get("APP_SSH_PRIVATE_KEY"):
        lines += [f"Host {values['APP_HOST_IP'].strip()}", f"  IdentityFile {folder / 'app_key'}"]
    lines += [
        "Host *",
        f"  IdentityFile {folder / 'key'}",
        "  IdentitiesOnly yes",
        f"  UserKnownHostsFile {folder / 'known_hosts'}",
        "  GlobalKnownHostsFile /dev/null",
        "  StrictHostKeyChecking yes",
        "  BatchMode yes",
        "  ConnectTimeout 15",
    ]
    return "\n".join(lines) + "\n"


def malformed(values: Values) -> list[str]:
    """What cannot become part of a path or of a pattern of Ansible."""
    rules = [(NAME, "ENVIRONMENT"), (VERSION, "RELEASE")]
    if values.get("JOIN"):
        rules += [(re.compile("|".join(JOINS)), "JOIN"), (NAME, "NAME")]
    faults = [
        f"{name} is malformed: it must fit {pattern.pattern}"
        for pattern, name in rules
        if not pattern.fullmatch(values.get(name, ""))
    ]
    if values.get("JOIN") and values.get("NAME") == "host":
        faults.append("NAME is malformed: host is the machine of the server; take another name")
    return faults


def main(values: Values, folder: Path, project: Path) -> int:
    """Write the files."""
    if found := malformed(values):
        print("\n".join(f"::error::{fault}" for fault in found))
        return 1
    write_access(values, folder)
    for name, environment in environments(values, folder).items():
        home = project / "inventories" / name
        home.mkdir(parents=True, exist_ok=True)
        # JSON is YAML in which nothing of a value can become structure.
        write(home / "product.yml", json.dumps(environment, indent=2) + "\n")
    _exclude(project, values["ENVIRONMENT"])
    if values.get("JOIN") and values.get("GITHUB_OUTPUT"):
        with Path(values["GITHUB_OUTPUT"]).open("a", encoding="utf-8") as output:
            output.write("".join(f"{key}={value}\n" for key, value in joining(values).items()))
    return 0


def write_access(values: Values, folder: Path) -> None:
    """What machines and clusters are reached with; only this account reads it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    known = [values.get(f"{part}HOST_KNOWN_HOSTS", "") for part in ("", "APP_")]
    write(folder / "known_hosts", "".join(_text(lines) for lines in known if lines))
    write(folder / "config", ssh_configuration(values, folder))
    for name, secret in SECRET_FILES.items():
        if values.get(secret):
            write(folder / name, _text(values[secret]))


def joining(values: Values) -> dict[str, str]:
    """Which environment is installed for what joins, and which of its instances."""
    return {
        "environment": values["ENVIRONMENT"] + JOINS[values["JOIN"]],
        "limit": f"tier_agents:&*@{values['NAME']}",
    }


def write(path: Path, text: str) -> None:
    """A file that only this account reads, from its first byte on."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text, "utf-8")


def _exclude(project: Path, name: str) -> None:
    """Records say whether the checkout was changed; what a runner writes into it is no change."""
    if (project / ".git").is_dir():
        file = project / ".git" / "info" / "exclude"
        file.parent.mkdir(exist_ok=True)
        lines = [line.format(name=name) for line in EXCLUDED]
        known = file.read_text("utf-8").splitlines() if file.exists() else []
        more = [line for line in lines if line not in known]
        file.write_text("".join(f"{line}\n" for line in [*known, *more]), "utf-8")


def _text(value: str) -> str:
    return value.replace("\r\n", "\n").rstrip("\n") + "\n"


if __name__ == "__main__":
    sys.exit(main(os.environ, Path(sys.argv[1]), Path.cwd()))
