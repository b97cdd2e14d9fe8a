"""The installed delivery product, seen from outside."""

from __future__ import annotations

import hashlib
import hmac
import json
import stat
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

import clickhouse_connect
import httpx
import pytest

testinfra_hosts = ["local://"]
COMPONENTS = ["object_store", "warehouse", "collector", "etl", "console"]
PORTS = [19333, 19123, 19480, 19481, 19088]


@pytest.mark.parametrize("port", PORTS)
def test_it_listens_on_loopback_only(host, port):
    assert host.socket(f"tcp://127.0.0.1:{port}").is_listening
    assert not host.socket(f"tcp://0.0.0.0:{port}").is_listening


def test_secrets_are_readable_by_their_owner_only(state):
    files = [*state.glob("secrets/*"), *state.glob("components/*/config/*")]
    modes = {str(path): oct(stat.S_IMODE(path.stat().st_mode)) for path in files}
    assert set(modes.values()) == {"0o600"}, modes


def test_no_secret_is_in_a_command_line_a_record_or_a_log(host, state):
    secrets = [path.read_text() for path in state.glob("secrets/*")]
    shown = host.run("ps -eww -o args").stdout
    for path in [*state.glob("records/*.json"), *state.glob("journal/*"), *state.rglob("log/*")]:
        shown += path.read_text(errors="replace")
    assert [value for value in secrets if value in shown] == []


def test_curl_talks_to_the_warehouse(host, record):
    url = record("warehouse")["outputs"]["url"]
    assert host.check_output(f"curl -s {url}/ping") == "Ok."
    wrong = host.run(f"curl -s -u reader:wrong '{url}/?query=SELECT+1'")
    assert "Authentication failed" in wrong.stdout


def test_clickhouse_connect_talks_to_the_warehouse(record, secret):
    url = httpx.URL(record("warehouse")["outputs"]["url"])
    client = clickhouse_connect.get_client(
        host=url.host,
        port=url.port,
        username="reader",
        password=secret("warehouse.reader_password"),
        database="stratum",
    )
    assert client.query("SELECT sum(number) FROM numbers(10)").result_rows == [(45,)]


def send_deployment(collector, key, delivery, number, sha):
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    body = json.dumps(
        {
            "action": "created",
            "deployment_status": {
                "id": number,
                "state": "success",
                "environment": "production",
                "created_at": now,
                "updated_at": now,
            },
            "deployment": {
                "id": number,
                "sha": sha,
                "ref": "main",
                "task": "deploy",
                "environment": "production",
                "payload": {},
                "created_at": now,
                "updated_at": now,
                "creator": {"login": "ada"},
            },
            "repository": {
                "full_name": "harbour/kiosk",
                "name": "kiosk",
                "html_url": "https://github.com/harbour/kiosk",
                "default_branch": "main",
            },
            "sender": {"login": "ada"},
        }
    ).encode()
    headers = {
        "X-GitHub-Event": "deployment_status",
        "X-GitHub-Delivery": delivery,
        "X-Hub-Signature-256": f"sha256={hmac.new(key.encode(), body, hashlib.sha256).hexdigest()}",
        "Content-Type": "application/json",
    }
    return httpx.post(f"{collector}/hooks/github", content=body, headers=headers)


def deployments_of_kiosk(console):
    answer = httpx.get(f"{console}/api/deployments", params={"service": "kiosk"})
    return answer.raise_for_status().json()


def wait_for_total(console, total):
    deadline = time.monotonic() + 60
    while (seen := deployments_of_kiosk(console))["total"] < total:
        assert time.monotonic() < deadline, f"{seen['total']} of {total} deployments are visible"
        time.sleep(0.2)
    return seen


def test_a_signed_webhook_becomes_a_deployment_once(record, secret):
    collector = record("collector")["outputs"]["url"]
    console = record("console")["outputs"]["url"]
    before = deployments_of_kiosk(console)["total"]
    delivery, number = str(uuid.uuid4()), time.time_ns() // 1000
    for status in ("accepted", "duplicate"):
        answer = send_deployment(
            collector, secret("collector.github_secret"), delivery, number, "ab" * 20
        )
        assert answer.json()["status"] == status
    seen = wait_for_total(console, before + 1)
    assert seen["total"] == before + 1
    assert seen["items"][0]["commit"] == "ab" * 20


def test_an_unsigned_webhook_is_refused(record):
    collector = record("collector")["outputs"]["url"]
    answer = send_deployment(collector, "not the secret", str(uuid.uuid4()), 1, "cd" * 20)
    assert answer.status_code == 401


def program(host, state: Path, name: str) -> int:
    """The process id of an instance's program, from the file of its supervisor."""
    for process in host.process.filter(user=host.user().name):
        try:
            environment = Path(f"/proc/{process.pid}/environ").read_bytes().split(b"\0")
        except OSError:
            continue
        wanted = f"SUPERVISOR_PROCESS_NAME={name}@local".encode()
        server = f"SUPERVISOR_SERVER_URL=unix://{state}".encode()
        if wanted in environment and any(v.startswith(server) for v in environment):
            return int(process.pid)
    raise AssertionError(f"no process of {name} runs")


@pytest.mark.parametrize("component", COMPONENTS)
def test_after_kill_9_only_its_component_is_touched_and_nothing_is_lost(
    host, state, install, record, secret, component
):
    collector = record("collector")["outputs"]["url"]
    console = record("console")["outputs"]["url"]
    before = deployments_of_kiosk(console)["total"]
    others = {name: program(host, state, name) for name in COMPONENTS if name != component}
    number, key = time.time_ns() // 1000, secret("collector.github_secret")
    answer = send_deployment(collector, key, str(uuid.uuid4()), number, "ef" * 20)
    assert answer.status_code == 202
    host.run(f"kill -9 {program(host, state, component)}")
    states = install()
    touched = {name for name, final in states.items() if final != "unchanged"}
    assert touched <= {f"{component}@local"}
    assert {name: program(host, state, name) for name in others} == others
    assert wait_for_total(console, before + 1)["total"] == before + 1


def test_after_kill_9_of_the_supervisor_everything_comes_back(host, state, install, record):
    console = record("console")["outputs"]["url"]
    before = deployments_of_kiosk(console)["total"]
    supervisor = (state / "supervisor" / "supervisord.pid").read_text().strip()
    host.run(f"kill -9 {supervisor}")
    states = install()
    assert set(states.values()) <= {"changed", "ok", "unchanged"}
    assert deployments_of_kiosk(console)["total"] == before
