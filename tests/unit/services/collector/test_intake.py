"""What a sender is answered, with the real log on a disk whose synchronisations can be held."""

from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from faulty_files import FaultyFiles

from stratum.collector.authentication import Secret
from stratum.collector.commit import GroupCommit
from stratum.collector.deliveries import Deliveries
from stratum.collector.errors import WalError
from stratum.collector.exchange import Request, Response
from stratum.collector.intake import Intake
from stratum.collector.measures import Measures
from stratum.collector.record import scan
from stratum.collector.recovery import recover
from stratum.collector.wal import SealRules, Wal

DATA = Path("/data")
NOW_US = 1_795_262_400_123_456


@dataclass
class HeldFiles(FaultyFiles):
    """A disk that synchronises only while `open` is set; `reached` tells that it was asked to."""

    open: threading.Event = field(default_factory=threading.Event)
    reached: threading.Event = field(default_factory=threading.Event)

    def step(self) -> None:
        self.reached.set()
        assert self.open.wait(10)


class World:
    """An intake over a disk in memory; use as an asynchronous context."""

    def __init__(self) -> None:
        self.files = HeldFiles()
        self.files.open.set()
        found = recover(DATA, self.files, fresh_sequence=42)
        self.wal = Wal(DATA, self.files, SealRules(10**6, 10**12), found)
        self.commit = GroupCommit(self.wal, 42, clock=lambda: NOW_US)
        secrets = {
            "argocd": [Secret("one", b"token"), Secret("sample", b"other", sample=True)],
            "metrics": [Secret("points", b"token")],
            "github": [],
        }
        self.intake = Intake("c1", secrets, self.commit, Deliveries(10), Measures(), lambda: NOW_US)

    async def __aenter__(self) -> World:
        self.running = asyncio.create_task(self.commit.run(60))
        await asyncio.sleep(0)
        return self

    async def __aexit__(self, *_error: object) -> None:
        self.files.open.set()
        self.commit.close()
        await asyncio.wait({self.running})

    def hold_the_disk(self) -> None:
        self.files.open.clear()
        self.files.reached.clear()

    async def disk_is_asked(self) -> None:
        assert await asyncio.to_thread(self.files.reached.wait, 10)

    async def argocd(self, uid: str, token: str = "token") -> Response:
        body = {"uid": uid, "finished_at": "t", "phase": "Succeeded"}
        headers = {"authorization": f"Bearer {token}"}
        request = Request("POST", "/hooks/argocd", headers, json.dumps(body).encode())
        return await self.intake.take("argocd", request)

    def records(self) -> list[dict]:
        data = self.files.read(DATA / "wal" / "0000000000000042.open")
        return [json.loads(line) for one in scan(data).records for line in one.lines.splitlines()]


def test_an_event_is_answered_with_its_id_and_stored_as_the_contract_says():
    async def scene():
        async with World() as world:
            return await world.argocd("u", token="other"), world.records()

    response, records = asyncio.run(scene())

    assert (response.status, json.loads(response.body)) == (
        202,
        {"status": "accepted", "id": "c1-0000000000000042"},
    )
    assert records == [
        {
            "id": "c1-0000000000000042",
            "source": "argocd",
            "kind": "deployment",
            "delivery": "u:t:Succeeded",
            "received_at": "2026-11-21T12:00:00.123456Z",
            "sample": True,
            "headers": {},
            "body": '{"uid": "u", "finished_at": "t", "phase": "Succeeded"}',
        }
    ]


def test_points_have_an_id_each_and_the_time_of_arrival_if_they_bring_none():
    async def scene():
        async with World() as world:
            points = [{"measurement": "a", "fields": {"x": n}} for n in range(2)]
            headers = {"authorization": "Bearer token"}
            request = Request("POST", "/api/v1/metrics", headers, json.dumps(points).encode())
            return await world.intake.take("metrics", request), world.records()

    response, records = asyncio.run(scene())

    assert json.loads(response.body) == {"status": "accepted", "points": 2}
    assert [record["id"] for record in records] == ["c1-0000000000000042", "c1-0000000000000043"]
    assert records[1] == {
        "id": "c1-0000000000000043",
        "received_at": "2026-11-21T12:00:00.123456Z",
        "measurement": "a",
        "tags": {},
        "fields": {"x": 1.0},
        "timestamp_ns": NOW_US * 1000,
    }


def test_no_answer_is_given_and_no_duplicate_acknowledged_before_the_record_is_on_disk():
    async def scene():
        async with World() as world:
            world.hold_the_disk()
            first = asyncio.create_task(world.argocd("same"))
            await world.disk_is_asked()
            second = asyncio.create_task(world.argocd("same"))
            await asyncio.wait({second}, timeout=0)
            early = first.done() or second.done()
            world.files.open.set()
            return early, (await first).status, (await second).status, len(world.records())

    assert asyncio.run(scene()) == (False, 202, 200, 1)


def test_all_that_arrives_during_a_flush_joins_the_next_one():
    async def scene():
        async with World() as world:
            before = world.files.syncs
            world.hold_the_disk()
            tasks = [asyncio.create_task(world.argocd("first"))]
            await world.disk_is_asked()
            tasks += [asyncio.create_task(world.argocd(f"u{n}")) for n in range(20)]
            await asyncio.wait(tasks, timeout=0)
            world.files.open.set()
            statuses = {(await task).status for task in tasks}
            return statuses, world.files.syncs - before, len(world.records())

    assert asyncio.run(scene()) == ({202}, 2, 21)


def test_a_disk_that_fails_ends_all_acknowledging():
    async def scene():
        async with World() as world:
            world.files.fail_sync = True
            first = await world.argocd("a")
            world.files.fail_sync = False
            second = await world.argocd("a")
            await asyncio.wait({world.running})
            return first.status, second.status, world.running.exception()

    first, second, failure = asyncio.run(scene())

    assert (first, second) == (503, 503)
    assert isinstance(failure, WalError)


@pytest.mark.parametrize(
    ("source", "message", "hint"),
    [
        (
            "argocd",
            "the bearer token is not one of the active ones",
            "send the token that this collector was given for the source",
        ),
        (
            "github",
            "no secret is configured for github",
            "add one to sources.github.secrets in the collector's settings",
        ),
    ],
)
def test_what_cannot_be_authenticated_is_refused_and_not_stored(source, message, hint):
    async def scene():
        async with World() as world:
            headers = {"authorization": "Bearer wrong"}
            request = Request("POST", f"/hooks/{source}", headers, b"{}")
            return await world.intake.take(source, request), world.records()

    response, records = asyncio.run(scene())

    assert response.status == 401
    assert json.loads(response.body) == {
        "error": {"code": "unauthorised", "message": message, "hint": hint, "where": None}
    }
    assert records == []
