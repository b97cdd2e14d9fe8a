"""Machine `n` reaches nothing but its own network; all that it installs comes from a mirror."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path

import pytest

SSH_CONFIG = "/var/lib/stratum-machines/obs/ssh/ssh_config"
testinfra_hosts = [f"ssh://n?ssh_config={SSH_CONFIG}&sudo=true"]
# Else those without the machine would run after all the others.
pytestmark = pytest.mark.usefixtures("host")
SERVERS = Path.home() / ".cache" / "stratum" / "mirror"
# The builder of the services project, and what installs on the machine.
TOOLS = ["hatchling==1.33.0", f"pip=={version('pip')}"]
COMPONENTS = [
    "log_store",
    "loki",
    "alerting",
    "prometheus",
    "data_gateway",
    "node_exporter",
    "prometheus_transfer",
]


@pytest.fixture(scope="session")
def mirror(tmp_path_factory):
    """The servers' files, the wheels that machine `o` was installed from, and the tools."""
    folder = tmp_path_factory.mktemp("mirror")
    for line in (SERVERS / "SHA256SUMS").read_text().splitlines():
        name = line.split()[1]
        (folder / name).symlink_to(SERVERS / name)
    state = Path(__file__).resolve().parents[3] / ".stratum" / "observability"
    for archive in state.glob("components/*@o/**/wheels/*.tar"):
        with tarfile.open(archive) as file:
            wheels = [name for name in file.getnames() if name.endswith(".whl")]
            wheels = [name for name in wheels if name != "pip.whl" and "stratum" not in name]
            file.extractall(folder, members=[file.getmember(name) for name in wheels])
    pip = [sys.executable, "-m", "pip", "download", "--quiet", f"--dest={folder}"]
    subprocess.run([*pip, *TOOLS], check=True)
    return folder


@pytest.fixture
def offline(environment, scenario):
    """The scenario's environment on machine `n`, with a mirror and without MariaDB."""

    def of(mirror):
        return environment(
            state_dir=str(scenario.state.with_name("observability-offline")),
            environment="observability-offline",
            machines={"n": machine(mirror)},
            parameters={
                "server": "n",
                "machines": "n",
                "address": "10.213.79.12",
                "log_agent": False,
            },
        )

    return of


def machine(mirror):
    return {
        "address": "10.213.79.12",
        "user": "admin",
        "service_manager": "systemd",
        "vars": {
            "ansible_become": True,
            "ansible_python_interpreter": "/usr/bin/python3",
            "ansible_ssh_common_args": f"-F {SSH_CONFIG}",
            "stratum_mirror": str(mirror),
        },
    }


def test_the_machine_has_no_route_out(host):
    assert "default" not in host.check_output("ip route")


def test_a_file_that_the_mirror_lacks_is_named(scenario, offline, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    only = ("--limit", "node_exporter@n")
    graph = offline(empty)
    graph.write_text(graph.read_text() + "schedule: graph\n")
    done = scenario.playbook("site", *only, inventory=graph)
    assert done.returncode == 2
    words = " ".join(done.stdout.split())
    assert f"{empty}: the mirror has no node_exporter-" in words
    assert "put it there (sha256 " in words


def test_with_a_mirror_the_whole_product_is_installed(host, scenario, offline, mirror):
    done = scenario.playbook("site", inventory=offline(mirror))
    assert done.returncode == 0, done.stdout + done.stderr
    for component in COMPONENTS:
        assert host.service(f"stratum-{component}.service").is_running
