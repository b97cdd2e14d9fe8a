"""The product observability on a machine with systemd, seen from outside of it.

The tests run in their order: each leaves the product installed and working.
"""

from __future__ import annotations

import base64
import itertools
import json
import shlex
import time
import uuid

import pytest
import yaml

from machines.gateway import Gateway
from machines.looks import (
    account,
    asked,
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

SSH_CONFIG = "/var/lib/stratum-machines/obs/ssh/ssh_config"
testinfra_hosts = [f"ssh://o?ssh_config={SSH_CONFIG}&sudo=true"]
COMPONENTS = [
    "object_store",
    "mysql",
    "loki",
    "alerting",
    "prometheus",
    "data_gateway",
    "node_exporter",
    "prometheus_transfer",
]
WORST_SCORE = 4.0
HOOK = "/var/tmp/hook.jsonl"
# Writes each body that is sent to it as a line of a file.
RECEIVER = f"""
import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with open("{HOOK}", "ab") as file:
            file.write(body + b"\\n")
        self.send_response(200)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", 18099), Handler).serve_forever()
"""

# Else those without the machine would run after all the others.
pytestmark = pytest.mark.usefixtures("host")
each_component = pytest.mark.parametrize("component", COMPONENTS)


@pytest.fixture
def gateway(scenario):
    return Gateway(scenario)


@pytest.fixture
def receiver(host):
    """What Alertmanager tells, as it comes."""
    host.check_output(
        f"systemd-run --unit=hook --collect --quiet python3 -c {shlex.quote(RECEIVER)}"
    )

    def told():
        return [json.loads(line) for line in host.run(f"cat {HOOK}").stdout.splitlines() if line]

    yield told
    host.check_output(f"systemctl stop hook; rm -f {HOOK}")


def node_metrics(host, scenario):
    """As its scraper gets them."""
    password = scenario.secret("node_exporter.password")
    token = base64.b64encode(f"scraper:{password}".encode()).decode()
    return asked(host, "http://127.0.0.1:9100/metrics", token=token)


def logged(host, line):
    """Whether Loki finds a line."""
    words = "query=%7Bjob%3D%22tested%22%7D&since=24h&limit=1000"
    return line in asked(host, f"http://127.0.0.1:3100/loki/api/v1/query_range?{words}")


def as_root(host, statement):
    """What MariaDB answers over its socket, to root of the machine."""
    words = ["mariadb", "--no-defaults", "--socket=/run/stratum-mysql/mariadb.sock"]
    words += ["--skip-column-names", f"--execute={statement}"]
    return host.check_output(shlex.join(words))


def as_shop(host, scenario, statement):
    """What MariaDB answers to the application, over TCP; nothing where it refuses."""
    password = scenario.secret("mysql.application_password")
    words = ["mariadb", "--defaults-extra-file=/dev/stdin", "--host=127.0.0.1", "--user=shop"]
    words += ["--skip-column-names", "shop", f"--execute={statement}"]
    given = shlex.quote(f"[client]\npassword={password}\n")
    return host.run(f"printf {given} | {shlex.join(words)}").stdout.strip()


@each_component
def test_its_unit_is_active_and_comes_back_after_a_reboot(host, component):
    found = shown(host, component, "ActiveState", "UnitFileState")
    wanted = {"ActiveState": "active", "UnitFileState": "enabled"}
    assert found == wanted, evidence(host, component)


@each_component
def test_its_unit_is_hardened(host, component):
    assert exposure(host, component) <= WORST_SCORE


@each_component
def test_it_runs_as_an_account_of_its_own(host, component):
    assert account(host, component) == f"stratum-{component}"


def test_secrets_are_readable_by_root_only(host):
    assert secrets_open_to_others(host) == []


def test_no_secret_is_in_a_command_line_an_environment_a_unit_or_the_journal(host, scenario):
    secrets = {path.name: path.read_text() for path in scenario.state.glob("secrets/*")}
    assert len(secrets) >= 5
    configuration = "$(find /etc/stratum -type f -not -path '*/secrets/*')"
    assert leaks(host, secrets, configuration) == []


def test_only_what_is_to_be_reached_listens_on_more_than_loopback(host):
    text = host.check_output("ss --no-header --listening --tcp --numeric | awk '{print $4}'")
    outside = {line for line in text.splitlines() if not line.startswith(("127.0.0.1:", "[::1]:"))}
    assert {line for line in outside if not line.endswith(":22")} == {"10.213.80.11:8443"}


def test_a_metric_of_the_machine_is_queried_through_the_gateway(gateway):
    found = until(lambda: gateway.query('node_load1{machine="o"}'), what="the metric")
    assert found[0]["metric"]["job"] == "node"


def test_who_may_only_query_may_not_push_and_the_other_way_round(gateway):
    assert gateway.ask("/loki/api/v1/push", "reader", b"{}")[0] == 401
    assert gateway.ask("/api/v1/query?query=up", "writer")[0] == 401


def test_a_machine_tells_its_metrics_to_its_scraper_only(host):
    assert "node_load1" not in asked(host, "http://127.0.0.1:9100/metrics")


def test_a_firing_rule_reaches_the_webhook(receiver):
    def names():
        return {alert["labels"]["alertname"] for told in receiver() for alert in told["alerts"]}

    until(lambda: "NodeIsSeen" in names(), what="the alert")


def test_a_line_pushed_through_the_gateway_is_found_and_its_chunk_is_in_the_store(host, gateway):
    line = f"pushed {uuid.uuid4()}"
    assert gateway.push_line(line) == 204
    until(lambda: logged(host, line), what="the line")
    asked(host, "http://127.0.0.1:3100/flush", method="POST")
    chunks = "find /var/lib/stratum/observability/object_store/minio/loki/fake -type f | head -n 1"
    until(lambda: host.run(chunks).stdout.strip(), what="the chunk")


def test_a_row_is_kept_and_is_in_a_copy(host, scenario):
    as_shop(host, scenario, "CREATE TABLE IF NOT EXISTS orders (id INT PRIMARY KEY)")
    as_shop(host, scenario, "REPLACE INTO orders VALUES (41)")
    assert as_shop(host, scenario, "SELECT id FROM orders") == "41"
    assert as_shop(host, scenario, "SELECT User FROM mysql.user") == ""
    host.check_output("systemctl start stratum-mysql-backup")
    copies = "/var/lib/stratum/observability/mysql/backups/*.sql.gz"
    assert "INSERT INTO `orders` VALUES" in host.check_output(f"zcat {copies}")


def test_with_the_receiver_away_for_a_minute_nothing_is_lost(host, gateway):
    host.check_output(f"systemctl stop {unit('prometheus')}")
    stopped = time.time()
    time.sleep(60)  # the outage itself
    host.check_output(f"systemctl start {unit('prometheus')}")

    def times():
        # What was scraped in the outage, and some before and after it.
        found = gateway.query('up{job="node",machine="o"}[3m]')
        return [float(at) for at, _value in found[0]["values"]] if found else []

    until(lambda: times() and times()[-1] > stopped + 65, what="what was scraped meanwhile")
    outage = [at for at in times() if stopped - 5 < at < stopped + 65]
    gaps = [later - earlier for earlier, later in itertools.pairwise(outage)]
    assert len(outage) >= 65
    assert max(gaps) < 2.5


def test_nothing_is_done_where_nothing_is_to_do(scenario):
    assert set(scenario.install().values()) == {"unchanged"}


# What is set otherwise, and what the running process then says on the machine.
CHANGES = {
    "parameters__settings__object_store__object_store_region": "eu-tested-1",
    "parameters__settings__mysql__mysql_max_connections": 77,
    "parameters__settings__loki__loki_retention": "41d",
    "parameters__settings__alerting__alerting_repeat_interval": "5h",
    "parameters__settings__prometheus__prometheus_retention_time": "31d",
    "parameters__settings__data_gateway__data_gateway_body_limit_mb": 1,
    "parameters__settings__node_exporter__node_exporter_collectors": ["systemd", "processes"],
    "parameters__settings__prometheus_transfer__prometheus_transfer_external_labels": {
        "machine": "o",
        "tested": "yes",
    },
}


def test_changed_parameters_restart_what_has_them_and_the_running_processes_show_them(
    host, scenario, environment, gateway
):
    before = processes(host, COMPONENTS)
    states = scenario.install(environment(**CHANGES))
    assert states == {f"{name}@o": "changed" for name in COMPONENTS}
    now = processes(host, COMPONENTS)
    assert [name for name in COMPONENTS if now[name] == before[name]] == []

    assert "eu-tested-1" in host.check_output(
        "cat /etc/stratum/object_store/* 2>/dev/null; true"
    ) or (
        "eu-tested-1" in host.check_output(f"tr '\\0' '\\n' < /proc/{now['object_store']}/environ")
    )
    assert as_root(host, "SELECT @@max_connections") == "77"
    assert "retention_period: 41d" in asked(host, "http://127.0.0.1:3100/config")
    assert (
        "repeat_interval: 5h"
        in json.loads(asked(host, "http://127.0.0.1:9093/api/v2/status"))["config"]["original"]
    )
    flags = asked(host, "http://127.0.0.1:9090/api/v1/status/flags")
    configuration = asked(host, "http://127.0.0.1:9090/api/v1/status/config")
    assert "31d" in flags + configuration or "744h" in flags + configuration
    assert gateway.ask("/loki/api/v1/push", "writer", b"x" * (2 << 20))[0] == 413
    assert "node_processes_threads" in node_metrics(host, scenario)
    until(lambda: gateway.query('up{job="node",tested="yes"}'), what="the new label")


@pytest.fixture
def released(scenario, environment):
    """The environment with what the release has in place of Debian's older packages."""
    settings = yaml.safe_load(scenario.inventory.read_text())["parameters"]["settings"]
    kept = {
        component: {
            name: value
            for name, value in given.items()
            if not name.endswith(("_file", "_packages"))
        }
        for component, given in settings.items()
    }
    return environment(parameters__settings=kept)


def test_another_version_takes_the_place_of_the_one_before(host, scenario, released):
    """From Debian's older packages to what the release has, and what runs is the new one."""
    assert as_root(host, "SELECT VERSION()").startswith("10.11.18-")
    states = scenario.install(released)
    changed = {name for name, state in states.items() if state == "changed"}
    others = {"node_exporter@o", "prometheus@o", "prometheus_transfer@o", "alerting@o"}
    assert changed >= {"mysql@o", *others}
    wanted = {name: scenario.record(name)["version"] for name in COMPONENTS}
    for port in (9090, 9095):
        told = json.loads(asked(host, f"http://127.0.0.1:{port}/api/v1/status/buildinfo"))
        assert told["data"]["version"] == wanted["prometheus"]
    told = json.loads(asked(host, "http://127.0.0.1:9093/api/v2/status"))
    assert told["versionInfo"]["version"] == wanted["alerting"]
    metrics = node_metrics(host, scenario).splitlines()
    build = next(line for line in metrics if line.startswith("node_exporter_build_info"))
    assert f'version="{wanted["node_exporter"]}"' in build
    assert as_root(host, "SELECT VERSION()").startswith(f"{wanted['mysql']}-")
    assert as_shop(host, scenario, "SELECT id FROM orders") == "41"
    assert set(scenario.install(released).values()) == {"unchanged"}


@each_component
def test_after_kill_9_it_heals_by_itself(host, component, gateway):
    pid = process(host, component)
    host.check_output(f"kill -9 {pid}")
    until(
        lambda: process(host, component) not in ("0", pid),
        what=lambda: evidence(host, component),
    )
    until(
        lambda: shown(host, component, "ActiveState")["ActiveState"] == "active",
        what=lambda: evidence(host, component),
    )
    until(lambda: gateway.query("up"), what=lambda: evidence(host, component))


def test_after_a_reboot_everything_is_back_by_itself(host, scenario, gateway, released):
    line = f"before the reboot {uuid.uuid4()}"
    until(lambda: gateway.push_line(line) == 204, what="a push")
    until(lambda: logged(host, line), what="the line")
    scenario.reboot()
    until(lambda: gateway.query('node_load1{machine="o"}'), what="the metric")
    until(lambda: logged(host, line), what="the line of before")
    assert as_shop(host, scenario, "SELECT id FROM orders") == "41"
    # One that is still starting at that moment is looked after, and found to be right.
    states = scenario.install(released)
    assert set(states.values()) <= {"unchanged", "ok", "changed"}


def test_uninstalled_it_leaves_its_data_only_and_finds_it_again(host, scenario, gateway, released):
    scenario.install(released)
    line = f"before the end {uuid.uuid4()}"
    until(lambda: gateway.push_line(line) == 204, what="a push")
    until(lambda: logged(host, line), what="the line")
    ended = time.time()
    done = scenario.playbook("uninstall")
    assert done.returncode == 0, done.stdout + done.stderr
    assert installed(host) == ""
    data = host.check_output("ls /var/lib/stratum/observability").split()
    assert sorted(data) == sorted(COMPONENTS)
    assert set(scenario.install(released).values()) == {"changed"}
    until(lambda: logged(host, line), what="the line of before")
    at = f"node_load1 @ {ended - 5:.0f}"
    until(lambda: Gateway(scenario).query(at), what="a metric of before")
    assert as_shop(host, scenario, "SELECT id FROM orders") == "41"
    assert set(scenario.install(released).values()) == {"unchanged"}
