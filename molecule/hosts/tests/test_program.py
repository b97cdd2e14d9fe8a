"""The role `program` alone on machine `a`: what it wrote and no longer wants goes."""

from __future__ import annotations

import pytest

from machines.entry import entry, ssh_config
from machines.sleeper import Sleeper

testinfra_hosts = [f"ssh://a?ssh_config={ssh_config('hosts')}&sudo=true"]
# Else those without the machine would run after all the others.
pytestmark = pytest.mark.usefixtures("host")
FOLDER = "/etc/stratum/sleeper"


@pytest.fixture
def sleeper(tmp_path):
    address = "10.213.77.11"
    reached = {"ansible_host": address, "ansible_user": "admin", "program_manager": "systemd"}
    made = Sleeper(tmp_path, {**entry("hosts", address)["vars"], **reached})
    yield made
    made.uninstall()


def files(host):
    return sorted(host.check_output(f"find {FOLDER} -type f -printf '%P\\n'").splitlines())


def test_files_of_an_earlier_run_go_and_those_of_others_stay(host, sleeper):
    sleeper.install(("a.toml", "b.toml"), secrets=("password", "token"))
    host.check_output(f"touch {FOLDER}/theirs.toml {FOLDER}/secrets/theirs")
    assert sleeper.install(("b.toml",), "--check", secrets=("password",)) == 2
    assert sleeper.install(("b.toml",), secrets=("password",)) == 2
    assert files(host) == ["b.toml", "secrets/password", "secrets/theirs", "theirs.toml"]
    assert sleeper.install(("b.toml",), secrets=("password",)) == 0
    assert host.service("stratum-sleeper.service").is_running


def test_a_secret_that_becomes_plain_leaves_none_behind(host, sleeper):
    sleeper.install((), secrets=("token",))
    sleeper.install(("token",))
    assert files(host) == ["token"]
