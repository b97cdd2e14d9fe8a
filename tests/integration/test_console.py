"""The console as its clients see it: a real process in front of a real warehouse."""

from __future__ import annotations

import json
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from ansible_collections.stratum.platform.tests.integration.conftest import (
    free_ports,
    wait_until,
    write_secret,
)
from ansible_collections.stratum.platform.tests.integration.warehouse_process import (
    WarehouseProcess,
    new_warehouse,
)
from ansible_collections.stratum.platform.tests.unit.services.console.world import World

QUARTER = {"from": "2026-01-01T00:00:00Z", "to": "2026-04-01T00:00:00Z"}
COMMITS = [
    {"sha": "c0", "authored": "2026-03-02T08:00:00Z", "pushed": "2026-03-02T09:00:00Z"},
    {
        "sha": "c1",
        "authored": "2026-03-03T08:00:00Z",
        "pushed": "2026-03-03T09:00:00Z",
        "message": "Fix basket totals",
        "author": "Amina",
    },
]
DEPLOYMENTS = [
    {"id": "d1", "commit": "c0", "at": "2026-03-02T10:00:00Z", "release": "v1.0.0"},
    {
        "id": "team/d2",
        "commit": "c1",
        "at": "2026-03-03T10:00:00Z",
        "release": "v1.1.0",
        "event_id": "e-2",
        "sample": True,
    },
    {"id": "d3", "commit": "c1", "at": "2026-03-04T10:00:00Z", "result": "failure"},
]
INCIDENTS = [{"id": "i1", "opened": "2026-03-03T11:00:00Z", "resolved": "2026-03-03T12:00:00Z"}]
CHANGE = {
    "source": "github",
    "repository": "git.example/shop",
    "number": 7,
    "title": "Fix basket totals",
    "author": "amina",
    "state": "merged",
    "created_at": "2026-03-02T12:00:00Z",
    "merged_at": "2026-03-03T09:00:00Z",
    "merge_commit": "c1" * 20,
    "head_sha": "f0" * 20,
    "base_branch": "main",
    "labels": [],
    "url": "https://git.example/shop/7",
    "event_id": "",
    "sample": False,
    "version": 1,
}
EVENT = {
    "id": "e-2",
    "source": "github",
    "kind": "deployment_status",
    "delivery": "1",
    "received_at": "2026-03-03T10:00:01Z",
    "sample": True,
    "headers": {"x-github-event": "deployment_status"},
    "body": '{"a": "\\u00fc"}',
}


@dataclass
class ConsoleProcess:
    """`stratum-console` on loopback with a token of its own."""

    folder: Path
    warehouse: WarehouseProcess
    database: str
    port: int
    token: str
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, *, token: bool = True) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.token}"} if token else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=60)

    def start(self) -> None:
        config = self.folder / "console.toml"
        config.write_text(
            f"""
            address = "127.0.0.1"
            port = {self.port}
            product = "delivery"
            environment = "test"
            page_dir = "page"
            state_dir = "state"
            operator_token_file = "{write_secret(self.folder / "token", self.token)}"
            [warehouse]
            url = "{self.warehouse.url}"
            database = "{self.database}"
            user = "console"
            password_file = "{self.warehouse.password_file("console")}"
            """
        )
        command = [Path(sys.executable).with_name("stratum-console"), "--config", config]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        wait_until(self._answers, 60.0, self.log)

    def stop(self) -> int:
        """The exit code."""
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(30)
        self.process = None
        return code

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")[-3000:]

    def _answers(self) -> bool:
        if self.process is None or self.process.poll() is not None:
            raise AssertionError(f"the console ended early: {self.log()}")
        try:
            return httpx.get(f"{self.url}/healthz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarehouseProcess]:
    process = new_warehouse(tmp_path_factory.mktemp("warehouse"))
    try:
        process.start()
        yield process
    finally:
        process.stop()


@pytest.fixture(scope="module")
def world(warehouse: WarehouseProcess) -> World:
    world = World(warehouse, "delivery")
    world.fill(
        {
            "commits": COMMITS,
            "deployments": DEPLOYMENTS,
            "incidents": INCIDENTS,
            "changes": [CHANGE],
            "events_raw": [EVENT],
        }
    )
    return world


@pytest.fixture(scope="module")
def console(
    tmp_path_factory: pytest.TempPathFactory, warehouse: WarehouseProcess, world: World
) -> Iterator[ConsoleProcess]:
    process = new_console(tmp_path_factory.mktemp("console"), warehouse, world)
    try:
        process.start()
        yield process
    finally:
        process.stop()


def new_console(folder: Path, warehouse: WarehouseProcess, world: World) -> ConsoleProcess:
    (folder / "page").mkdir()
    (folder / "page" / "index.html").write_text("<!doctype html><title>Stratum</title>")
    token = secrets.token_hex(20)
    return ConsoleProcess(folder, warehouse, world.database, free_ports(), token)


def test_metrics_are_told_for_a_quarter(console: ConsoleProcess) -> None:
    with console.client() as client:
        answer = client.get("/api/metrics/dora", params=QUARTER).json()
    assert answer["window"] == {**QUARTER, "days": 90.0}
    assert answer["sample"] is True
    assert len(answer["metrics"]["change_lead_time"]["trend"]) == 13
    assert answer["metrics"]["change_fail_rate"] | {"trend": []} == {
        "value": pytest.approx(2 / 3),
        "unit": "ratio",
        "level": "low",
        "statistic": "share",
        "p90": None,
        "n": 3,
        "numerator": 2,
        "reason": None,
        "excluded": [],
        "previous": {
            "value": None,
            "n": 0,
            "level": None,
            "reason": "No deployment ended in this window.",
        },
        "trend": [],
    }


def test_deployment_shows_all_that_hangs_on_it(console: ConsoleProcess) -> None:
    with console.client() as client:
        page = client.get("/api/deployments", params={**QUARTER, "q": "V1.1"}).json()
        key = page["items"][0]["key"]
        detail = client.get(f"/api/deployments/{key}").json()
    assert (page["total"], key) == (1, "github/shop/production/team/d2")
    assert [commit["message"] for commit in detail["commit_list"]] == ["Fix basket totals"]
    assert detail["commit_list"][0]["lead_time_seconds"] == 7200
    assert [(change["number"], change["author"]) for change in detail["changes"]] == [(7, "amina")]
    assert [(each["id"], each["link_method"]) for each in detail["incidents"]] == [
        ("i1", "nearest")
    ]
    assert detail["failed_because"] == "incident i1 (nearest)"
    assert detail["event"] == {
        "id": "e-2",
        "source": "github",
        "kind": "deployment_status",
        "received_at": "2026-03-03T10:00:01Z",
        "headers": {"x-github-event": "deployment_status"},
        "body": EVENT["body"],
    }


def test_pages_follow_each_other_without_gap_or_repetition(console: ConsoleProcess) -> None:
    seen, cursor, totals = [], "", []
    with console.client() as client:
        while cursor is not None:
            asked = {**QUARTER, "limit": 1, "cursor": cursor}
            page = client.get("/api/deployments", params=asked).json()
            seen += [item["id"] for item in page["items"]]
            totals.append(page["total"])
            cursor = page["next"]
    assert (seen, totals) == (["d3", "team/d2", "d1"], [3, 3, 3])


@pytest.mark.parametrize("text", ["'", "\\", "a\\'b", "{service:String}", "\t", "%", "' OR 1=1 --"])
def test_text_of_a_user_is_never_part_of_a_query(console: ConsoleProcess, text: str) -> None:
    with console.client() as client:
        found = client.get("/api/deployments", params={**QUARTER, "service": text, "q": text})
    assert (found.status_code, found.json()["items"]) == (200, [])


def test_services_are_listed(console: ConsoleProcess) -> None:
    with console.client() as client:
        services = client.get("/api/services").json()["services"]
    assert [service for service in services if service["name"] == "shop"] == [
        {
            "name": "shop",
            "environments": ["production"],
            "deployments": 3,
            "last_deployment_at": "2026-03-04T10:00:00Z",
        }
    ]


def test_signing_in_gives_a_cookie_that_lets_look(console: ConsoleProcess) -> None:
    with console.client(token=False) as client:
        before = client.get("/api/services")
        signed = client.post("/api/session", json={"token": console.token})
        after = client.get("/api/services")
        client.delete("/api/session")
        gone = client.get("/api/services")
    assert (before.status_code, after.status_code, gone.status_code) == (401, 200, 401)
    assert signed.json()["role"] == "operator"
    assert signed.json()["sample_data"] is True
    cookie = signed.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie


def test_new_deployments_and_runs_are_streamed(console: ConsoleProcess, world: World) -> None:
    told: dict[str, dict[str, object]] = {}
    with console.client() as client, client.stream("GET", "/api/stream") as stream:
        lines = stream.iter_lines()
        while next(lines) != "event: ping":
            pass
        # The first look of the watcher only remembers; what comes after it is news.
        wait_until(lambda: "recent" in client_metrics(console), 30)
        new = {"id": "d9", "service": "live", "commit": "c1", "at": "2026-03-20T10:00:00Z"}
        world.fill({"deployments": [new]})
        records = console.folder / "state" / "records"
        records.mkdir(parents=True)
        (records / "x@local.json").write_text("{}")
        while not {"event: deployment", "event: platform"} <= told.keys():
            line = next(lines)
            if line.startswith("event: "):
                told[line] = json.loads(next(lines).removeprefix("data: "))
    assert told["event: deployment"]["key"] == "github/live/production/d9"
    assert told["event: platform"] == {}


def client_metrics(console: ConsoleProcess) -> str:
    return httpx.get(f"{console.url}/metrics", timeout=10).text


def test_warehouse_that_is_away_is_said_and_the_platform_still_answers(
    tmp_path: Path, warehouse: WarehouseProcess, world: World
) -> None:
    console = new_console(tmp_path, warehouse, world)
    gone = WarehouseProcess(tmp_path / "gone", free_ports())
    gone.folder.mkdir()
    console.warehouse = gone
    try:
        console.start()
        with console.client() as client:
            answer = client.get("/api/metrics/dora")
            ready = client.get("/readyz")
            platform = client.get("/api/platform")
            session = client.get("/api/session")
    finally:
        code = console.stop()
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json() == {
        "error": {
            "code": "warehouse_away",
            "message": "the warehouse cannot be reached",
            "hint": "try again in a moment; /readyz tells when it is back",
            "where": None,
        }
    }
    assert ready.json() == {"status": "waiting", "reasons": ["the warehouse cannot be reached"]}
    assert (platform.status_code, session.json()["role"]) == (200, "operator")
    assert code == 0


def test_console_is_ready_and_ends_in_order_with_a_stream_open(
    tmp_path: Path, warehouse: WarehouseProcess, world: World
) -> None:
    console = new_console(tmp_path, warehouse, world)
    try:
        console.start()
        with console.client() as client, client.stream("GET", "/api/stream") as stream:
            next(stream.iter_lines())
            assert client.get("/readyz").json() == {"status": "ok", "reasons": []}
            code = console.stop()
    finally:
        console.stop()
    assert code == 0
