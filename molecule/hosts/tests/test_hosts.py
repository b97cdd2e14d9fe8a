"""The delivery product on a machine with systemd, seen from outside of it.

The tests run in their order: each leaves the product installed and working.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import shutil
import time
import uuid
from datetime import UTC, datetime

import httpx
import pytest

from machines.looks import (
    account,
    evidence,
    exposure,
    installed,
    leaks,
    process,
    processes,
    secrets_open_to_others,
    shown,
    unit,
    until,
)
from machines.scenario import PROJECT

SSH_CONFIG = "/var/lib/stratum-machines/hosts/ssh/ssh_config"
testinfra_hosts = [f"ssh://a?ssh_config={SSH_CONFIG}&sudo=true"]
SERVICES = ["warehouse", "collector", "etl", "console"]
COMPONENTS = ["object_store", *SERVICES]
WORST_SCORE = 4.0

# Else those without the machine would run after all the others.
pytestmark = pytest.mark.usefixtures("host")
each_component = pytest.mark.parametrize("component", COMPONENTS)


@each_component
def test_its_unit_is_active_and_comes_back_after_a_reboot(host, component):
    found = shown(host, component, "ActiveState", "UnitFileState", "NRestarts")
    wanted = {"ActiveState": "active", "UnitFileState": "enabled", "NRestarts": "0"}
    assert found == wanted, evidence(host, component)


@each_component
def test_its_unit_is_hardened(host, component):
    assert exposure(host, component) <= WORST_SCORE


@each_component
def test_it_runs_as_an_account_of_its_own(host, component):
    assert account(host, component) == f"stratum-{component}"


def test_only_what_is_to_be_reached_listens_on_more_than_loopback(host):
    text = host.check_output(
        "ss --no-header --listening --tcp --numeric | tr -s ' ' | cut -d' ' -f4"
    )
    ours = {line for line in text.splitlines() if not line.endswith(":22")}
    outside = {line for line in ours if not line.startswith("127.0.0.1:")}
    assert outside == {"10.213.77.11:18480", "10.213.77.11:18088"}


def test_secrets_are_readable_by_root_only(host):
    assert secrets_open_to_others(host) == []


def test_no_secret_is_in_a_command_line_an_environment_a_unit_or_the_journal(host, scenario):
    secrets = {path.name: path.read_text() for path in scenario.state.glob("secrets/*")}
    assert leaks(host, secrets, "/etc/stratum/*/*.toml") == []


def send_deployment(collector, key):
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    number = time.time_ns() // 1000
    status = {"id": number, "state": "success", "environment": "production"}
    deployment = {"id": number, "sha": "ab" * 20, "ref": "main", "task": "deploy", "payload": {}}
    times = {"created_at": now, "updated_at": now}
    body = json.dumps(
        {
            "action": "created",
            "deployment_status": status | times,
            "deployment": deployment
            | times
            | {"environment": "production", "creator": {"login": "ada"}},
            "repository": {
                "full_name": "harbour/kiosk",
                "name": "kiosk",
                "html_url": "https://github.com/harbour/kiosk",
                "default_branch": "main",
            },
            "sender": {"login": "ada"},
        }
    ).encode()
    digest = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
    headers = {
        "X-GitHub-Event": "deployment_status",
        "X-GitHub-Delivery": str(uuid.uuid4()),
        "X-Hub-Signature-256": f"sha256={digest}",
        "Content-Type": "application/json",
    }
    answer = httpx.post(f"{collector}/hooks/github", content=body, headers=headers)
    assert answer.status_code == 202, answer.text


def total(console):
    try:
        answer = httpx.get(f"{console}/api/deployments", params={"service": "kiosk"})
        return answer.raise_for_status().json()["total"]
    except httpx.HTTPError:
        return -1


def test_a_webhook_becomes_an_answer_of_the_metrics(record, secret):
    collector, console = (record(name)["outputs"]["url"] for name in ("collector", "console"))
    before = total(console)
    send_deployment(collector, secret("collector.github_secret"))
    until(lambda: total(console) == before + 1, what="the deployment")
    answer = httpx.get(f"{console}/api/metrics/dora", params={"service": "kiosk"}).json()
    assert answer["metrics"]["deployment_frequency"]["n"] == before + 1


def test_the_page_is_served(record):
    answer = httpx.get(record("console")["outputs"]["url"])
    assert (answer.status_code, "<title>" in answer.text) == (200, True)


@each_component
def test_after_kill_9_it_heals_by_itself_and_nothing_is_lost(host, record, secret, component):
    collector, console = (record(name)["outputs"]["url"] for name in ("collector", "console"))
    before = total(console)
    pid = process(host, component)
    host.check_output(f"kill -9 {pid}")
    until(
        lambda: process(host, component) not in ("0", pid),
        what=lambda: evidence(host, component),
    )
    until(lambda: total(console) == before, what=lambda: evidence(host, component))
    until(lambda: httpx_ok(f"{collector}/readyz"), what=lambda: evidence(host, "collector"))
    send_deployment(collector, secret("collector.github_secret"))
    until(lambda: total(console) == before + 1, what=lambda: evidence(host, component))


def httpx_ok(url):
    try:
        return httpx.get(url).status_code == 200
    except httpx.HTTPError:
        return False


def test_nothing_is_done_where_nothing_is_to_do(scenario):
    assert set(scenario.install().values()) == {"unchanged"}


def test_a_changed_parameter_restarts_what_has_it_and_nothing_else(
    host, scenario, environment, record
):
    pids = processes(host, COMPONENTS)
    changed = scenario.install(environment(parameters__etl_interval_seconds=1.5))
    now = processes(host, COMPONENTS)
    assert {name for name in COMPONENTS if now[name] != pids[name]} == {"etl"}
    assert changed == {
        f"{name}@a": "changed" if name == "etl" else "unchanged" for name in COMPONENTS
    }
    wanted = record("etl")["probes"][0]["json"]["revision"]
    environ = host.check_output(f"cat /proc/{now['etl']}/environ | tr '\\0' '\\n'")
    assert f"STRATUM_REVISION={wanted}" in environ.splitlines()
    assert scenario.install()["etl@a"] == "changed"


@pytest.fixture
def later(tmp_path, environment):
    """The scenario's environment, in which our services are of a later version."""
    package = tmp_path / "services"
    shutil.copytree(PROJECT / "services", package, ignore=shutil.ignore_patterns("*.egg-info"))
    project = package / "pyproject.toml"
    text = project.read_text(encoding="utf-8")
    project.write_text(text.replace('version = "1.0.0"', 'version = "1.0.1"'), encoding="utf-8")
    given = {"package": str(package), "digest": "later"}
    return environment(
        **{
            f"parameters__settings__{name}__{name}_{key}": value
            for name in SERVICES
            for key, value in given.items()
        }
    )


def running_version(host, component):
    """The version of our services as the interpreter of the running process sees it."""
    command_line = f"/proc/{process(host, component)}/cmdline"
    python = host.check_output(f"tr '\\0' '\\n' < {command_line}").splitlines()[0]
    return host.check_output(f"{python} -c 'import stratum; print(stratum.__version__)'")


def test_another_version_takes_the_place_of_the_one_before(host, scenario, later, record):
    console = record("console")["outputs"]["url"]
    before = total(console)
    changed = {f"{name}@a": "changed" for name in SERVICES} | {"object_store@a": "unchanged"}
    assert scenario.install(later) == changed
    assert {running_version(host, name) for name in SERVICES} == {"1.0.1"}
    until(lambda: total(console) == before, what="the console's answer")
    assert set(scenario.install(later).values()) == {"unchanged"}
    assert scenario.install() == changed
    assert {running_version(host, name) for name in SERVICES} == {"1.0.0"}


def test_what_somebody_stopped_runs_again_after_the_next_installation(host, scenario):
    host.check_output(f"systemctl disable --now {unit('collector')}")
    states = scenario.install()
    assert states["collector@a"] == "changed"
    assert host.service(unit("collector")).is_running
    assert host.service(unit("collector")).is_enabled


def test_after_a_reboot_everything_is_back_by_itself(scenario, record):
    console = record("console")["outputs"]["url"]
    before = total(console)
    scenario.reboot()
    until(lambda: total(console) == before, what="the console's answer")
    # One that is still starting at that moment is looked after, and found to be right.
    assert set(scenario.install().values()) <= {"unchanged", "ok"}


def test_its_standing_is_asked_where_it_lives(scenario):
    done = scenario.playbook("status")
    assert done.returncode == 0, done.stdout + done.stderr
    table = done.stdout.partition("\nRun ")[0].splitlines()
    rows = [line.split() for line in table if "@a" in line]
    assert {row[0]: row[2] for row in rows} == {f"{name}@a": "ok" for name in COMPONENTS}


def test_a_service_that_cannot_start_fails_with_its_journal(scenario, environment):
    inventory = environment(parameters__settings__collector__collector_address="10.213.77.99")
    done = scenario.playbook("site", "--limit", "collector@a", inventory=inventory)
    assert done.returncode == 2
    assert "10.213.77.99" in done.stdout
    assert "unit stratum-collector.service" in done.stdout


def test_uninstalled_it_leaves_its_data_only_and_finds_it_again(host, scenario, record):
    scenario.install()
    console = record("console")["outputs"]["url"]
    before = total(console)
    done = scenario.playbook("uninstall")
    assert done.returncode == 0, done.stdout + done.stderr
    assert installed(host) == ""
    data = host.check_output("ls /var/lib/stratum/delivery").split()
    assert sorted(data) == sorted(COMPONENTS)
    states = scenario.install()
    assert set(states.values()) == {"changed"}
    until(lambda: total(console) == before, what="the old data")
    assert set(scenario.install().values()) == {"unchanged"}
