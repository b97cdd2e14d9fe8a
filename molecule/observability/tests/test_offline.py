"""Machine `n` reaches nothing but its own network; all that it installs comes from a mirror."""

from __future__ import annotations

from pathlib import Path

import pytest

from machines.entry import entry, ssh_config
from machines.offline import add_tools, add_wheels

testinfra_hosts = [f"ssh://n?ssh_config={ssh_config('obs')}&sudo=true"]
# Else those without the machine would run after all the others.
pytestmark = pytest.mark.usefixtures("host")
SERVERS = Path.home() / ".cache" / "stratum" / "mirror"
COMPONENTS = [
    "object_store",
    "loki",
    "alerting",
    "prometheus",
    "data_gateway",
    "node_exporter",
    "prometheus_transfer",
]


@pytest.fixture
def mirror(tmp_path, scenario):
    """The servers' files, the wheels that machine `o` was installed from, and the tools."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    for line in (SERVERS / "SHA256SUMS").read_text().splitlines():
        name = line.split()[1]
        (folder / name).symlink_to(SERVERS / name)
    add_wheels(folder, scenario.state, scenario.machine)
    add_tools(folder)
    return folder


@pytest.fixture
def offline(environment, scenario):
    """The scenario's environment on machine `n`, with a mirror and without MariaDB."""

    def of(mirror):
        return environment(
            state_dir=str(scenario.state.with_name("observability-offline")),
            environment="observability-offline",
            machines={"n": entry("obs", "10.213.80.12", stratum_mirror=str(mirror))},
            parameters={
                "server": "n",
                "machines": "n",
                "address": "10.213.80.12",
                "log_agent": False,
            },
        )

    return of


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
