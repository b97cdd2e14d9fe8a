"""The collector as a real process, with a real object store behind it."""

from __future__ import annotations

import gzip
import hashlib
import hmac
import itertools
import json
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import pytest

GITHUB_SECRET = "a secret of github"
POINTS_TOKEN = "a token for points"
PROGRAM = Path(sys.executable).with_name("stratum-collector")
Eventually = Callable[..., None]

CONFIG = """
collector = "c1"
port = {port}
data_dir = "data"
seal_after_seconds = {seal_after_seconds}
shutdown_seconds = 10
{extra}

[s3]
endpoint = "{endpoint}"
bucket = "{bucket}"
access_key_file = "access"
secret_key_file = "secret"

[sources.github]
secrets = [
  {{name = "github", file = "github"}},
  {{name = "sample", file = "sample", sample = true}},
]

[sources.metrics]
secrets = [{{name = "points", file = "points"}}]
"""


@dataclass
class Collector:
    folder: Path
    port: int
    eventually: Eventually
    process: subprocess.Popen[bytes] | None = None
    http: httpx.Client = field(default_factory=httpx.Client)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def configure(self, bucket, *, seal_after_seconds: float = 0.2, extra: str = "") -> None:
        text = CONFIG.format(
            port=self.port,
            endpoint=bucket.endpoint,
            bucket=bucket.name,
            seal_after_seconds=seal_after_seconds,
            extra=extra,
        )
        (self.folder / "collector.toml").write_text(text)
        values = {"github": GITHUB_SECRET, "sample": "another", "points": POINTS_TOKEN}
        keys = {"access": bucket.access_key, "secret": bucket.secret_key}
        for name, value in {**values, **keys}.items():
            path = self.folder / name
            path.touch(mode=0o600)
            path.write_text(value)

    def start(self, *words: str, wait: bool = True) -> None:
        command = [PROGRAM, "--config", self.folder / "collector.toml", *words]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        if wait:
            self.eventually(self.answers, 20, self.log)

    def answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log()
        try:
            return self.http.get(f"{self.url}/healthz").status_code == 200
        except httpx.TransportError:
            return False

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def stop(self) -> int:
        return self._end(signal.SIGTERM)

    def kill(self) -> int:
        return self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(30)

    def push(self, delivery: str, secret: str = GITHUB_SECRET) -> httpx.Response:
        body = json.dumps({"ref": "refs/heads/main", "after": delivery}).encode()
        return self.github(body, delivery, secret=secret)

    def github(
        self, body: bytes, delivery: str, *, event: str = "push", secret: str = GITHUB_SECRET
    ) -> httpx.Response:
        signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {
            "content-type": "application/json",
            "x-github-event": event,
            "x-github-delivery": delivery,
            "x-hub-signature-256": f"sha256={signature}",
        }
        return self.http.post(f"{self.url}/hooks/github", content=body, headers=headers)

    def points(self, body: object) -> httpx.Response:
        headers = {"authorization": f"Bearer {POINTS_TOKEN}"}
        return self.http.post(f"{self.url}/api/v1/metrics", json=body, headers=headers)


@pytest.fixture
def collector(tmp_path: Path, free_port: Callable[[], int], eventually) -> Iterator[Collector]:
    folder = tmp_path / "collector"
    folder.mkdir()
    one = Collector(folder, free_port(), eventually)
    yield one
    if one.process and one.process.poll() is None:
        one.kill()


def lines(objects: dict[str, bytes], prefix: str) -> list[dict]:
    return [
        json.loads(line)
        for key, body in objects.items()
        if key.startswith(f"{prefix}/")
        for line in gzip.decompress(body).splitlines()
    ]


def test_a_delivery_becomes_one_line_of_an_immutable_object(collector, object_store, eventually):
    bucket = object_store.bucket()
    collector.configure(bucket)
    collector.start()

    taken = collector.push("d-1", secret="another")

    eventually(lambda: lines(bucket.objects(), "events"), 10, collector.log)
    [(key, _)] = bucket.objects().items()
    [line] = lines(bucket.objects(), "events")
    day, hour = line["received_at"][:10], line["received_at"][11:13]
    number = taken.json()["id"].removeprefix("c1-")
    assert taken.status_code == 202
    assert key == f"events/dt={day}/hr={hour}/c1-{number}-{number}.jsonl.gz"
    assert line == {
        "id": f"c1-{number}",
        "source": "github",
        "kind": "push",
        "delivery": "d-1",
        "received_at": line["received_at"],
        "sample": True,
        "headers": {
            "content-type": "application/json",
            "user-agent": line["headers"]["user-agent"],
            "x-github-delivery": "d-1",
            "x-github-event": "push",
        },
        "body": '{"ref": "refs/heads/main", "after": "d-1"}',
    }


def test_sigterm_ships_everything_that_was_acknowledged(collector, object_store):
    bucket = object_store.bucket()
    collector.configure(bucket, seal_after_seconds=3600)
    collector.start()
    collector.push("event")
    collector.github(b"{", "bad")
    collector.points([{"measurement": "cpu", "fields": {"usage": i}} for i in range(3)])

    code = collector.stop()

    objects = bucket.objects()
    assert code == 0
    assert [line["delivery"] for line in lines(objects, "events")] == ["event"]
    assert [line["delivery"] for line in lines(objects, "dead_letter")] == ["bad"]
    assert [line["fields"] for line in lines(objects, "points")] == [{"usage": i} for i in range(3)]
    assert not list((collector.folder / "data/wal").glob("*.sealed"))


def test_a_replay_is_answered_and_not_stored_also_after_shipping_and_a_restart(
    collector, object_store
):
    bucket = object_store.bucket()
    collector.configure(bucket, seal_after_seconds=3600)
    collector.start()
    first, second = collector.push("same"), collector.push("same")
    collector.stop()
    collector.start()

    third = collector.push("same")

    collector.stop()
    assert [first.status_code, second.status_code, third.status_code] == [202, 200, 200]
    assert second.json() == third.json() == {"status": "duplicate"}
    assert len(lines(bucket.objects(), "events")) == 1


@dataclass
class Sender:
    """Sends delivery after delivery until `enough`, each until it is acknowledged.

    `up` is when trying makes sense.
    """

    collector: Collector
    up: threading.Event
    enough: threading.Event
    name: str
    acknowledged: list[str] = field(default_factory=list)

    def run(self) -> None:
        for number in itertools.count():
            delivery = f"{self.name}-{number}"
            while not self._send(delivery):
                continue
            self.acknowledged.append(delivery)
            if self.enough.is_set():
                break

    def _send(self, delivery: str) -> bool:
        assert self.up.wait(30)
        try:
            return self.collector.push(delivery).status_code in (200, 202)
        except httpx.TransportError:
            return False


def test_kill_9_in_a_loop_loses_nothing_acknowledged_and_doubles_nothing(collector, object_store):
    bucket, chance = object_store.bucket(), random.Random(7)
    collector.configure(bucket, seal_after_seconds=0.1)
    collector.start()
    up, enough = threading.Event(), threading.Event()
    up.set()
    senders = [Sender(collector, up, enough, f"s{n}") for n in range(4)]
    threads = [threading.Thread(target=sender.run, daemon=True) for sender in senders]
    for thread in threads:
        thread.start()

    for _ in range(5):
        goal = sum(len(s.acknowledged) for s in senders) + chance.randint(5, 30)
        collector.eventually(lambda g=goal: sum(len(s.acknowledged) for s in senders) >= g, 20)
        collector.kill()
        up.clear()
        collector.start()
        up.set()
    enough.set()
    for thread in threads:
        thread.join(30)
    code = collector.stop()

    stored = lines(bucket.objects(), "events")
    acknowledged = {delivery for sender in senders for delivery in sender.acknowledged}
    assert code == 0
    assert not any(thread.is_alive() for thread in threads)
    assert Counter(line["delivery"] for line in stored) == Counter(acknowledged)
    assert len({line["id"] for line in stored}) == len(stored)


def test_a_store_that_is_away_delays_shipping_and_loses_nothing(
    collector, object_store, store_link, eventually
):
    bucket = object_store.bucket()
    collector.configure(replace(bucket, endpoint=store_link.endpoint))
    collector.start()
    taken = [collector.push(f"d-{n}").status_code for n in range(3)]
    eventually(lambda: "store_away" in collector.log(), 10, collector.log)
    nothing = bucket.objects()

    store_link.up()

    eventually(lambda: len(lines(bucket.objects(), "events")) == 3, 20, collector.log)
    assert taken == [202, 202, 202]
    assert nothing == {}


def test_a_store_that_goes_away_is_told_but_turns_no_sender_away(
    collector, object_store, store_link, eventually
):
    bucket = replace(object_store.bucket(), endpoint=store_link.endpoint)
    collector.configure(bucket)
    store_link.up()
    collector.start()
    eventually(lambda: ready(collector)[0] == 200, 10, collector.log)
    place = f"{bucket.endpoint}/{bucket.name}"
    reason = f"the bucket is not reachable: {place}: the store cannot be reached"

    store_link.down()

    eventually(lambda: ready(collector)[1]["reasons"] == [reason], 10, collector.log)
    assert ready(collector)[0] == 200
    assert collector.push("d").status_code == 202


def ready(collector: Collector) -> tuple[int, dict]:
    response = collector.http.get(f"{collector.url}/readyz")
    return response.status_code, response.json()


def test_it_waits_for_its_bucket_before_it_is_ready(collector, object_store):
    bucket = object_store.bucket()
    collector.configure(bucket)
    bucket.client.delete_bucket(Bucket=bucket.name)
    collector.start()

    status, body = ready(collector)

    assert status == 503
    assert body == {
        "status": "waiting",
        "reasons": [
            f"the bucket is not reachable: {bucket.endpoint}/{bucket.name}: "
            "the store refused: NoSuchBucket: The specified bucket does not exist"
        ],
    }


def test_a_full_log_turns_senders_away_until_there_is_room(
    collector, object_store, store_link, eventually
):
    bucket = replace(object_store.bucket(), endpoint=store_link.endpoint)
    collector.configure(bucket, extra="max_bytes = 1000")
    collector.start()
    statuses = [collector.push(f"d-{n}").status_code for n in range(5)]
    refused = collector.push("late")

    store_link.up()

    eventually(lambda: collector.push("late").status_code == 202, 20, collector.log)
    assert statuses == sorted(statuses)
    assert statuses[0] == 202
    assert refused.status_code == 503
    assert refused.headers["retry-after"] == "5"


def test_a_name_given_at_the_start_is_that_of_its_objects(collector, object_store, eventually):
    bucket = object_store.bucket()
    collector.configure(bucket)
    collector.start("--collector", "collector-1")
    collector.push("one")
    eventually(lambda: len(bucket.objects()) == 1, 20)
    [key] = bucket.objects()
    assert key.rpartition("/")[2].startswith("collector-1-")


def test_a_second_collector_in_one_directory_is_refused(collector, object_store):
    collector.configure(object_store.bucket())
    collector.start()

    second = subprocess.run(
        [PROGRAM, "--config", collector.folder / "collector.toml"], capture_output=True, text=True
    )

    assert collector.process is not None
    assert second.returncode == 2
    assert second.stderr == (
        f"error: {collector.folder / 'data'}: another collector (pid {collector.process.pid}) "
        "works in this directory; stop it, or give this one a data_dir of its own\n"
    )


def test_a_taken_port_is_refused(collector, object_store):
    collector.configure(object_store.bucket())
    collector.start()
    config = collector.folder / "collector.toml"
    other = collector.folder / "other.toml"
    other.write_text(config.read_text().replace('"data"', '"other"'))

    second = subprocess.run([PROGRAM, "--config", other], capture_output=True, text=True)

    assert second.returncode == 2
    assert second.stderr == (
        f"error: 127.0.0.1:{collector.port}: the collector cannot listen: another program listens "
        "there; choose another address or port in its settings\n"
    )


def test_health_names_the_revision_and_metrics_count(collector, object_store, monkeypatch):
    monkeypatch.setenv("STRATUM_REVISION", "sha256:abc")
    collector.configure(object_store.bucket())
    collector.start()
    collector.points({"measurement": "cpu", "fields": {"usage": 1}})

    health = collector.http.get(f"{collector.url}/healthz").json()
    measures = collector.http.get(f"{collector.url}/metrics").text

    assert (health["status"], health["service"]) == ("ok", "collector")
    assert health["revision"] == "sha256:abc"
    assert 'stratum_collector_accepted_total{source="metrics"} 1.0' in measures
    assert "stratum_collector_flush_seconds_count 1.0" in measures


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("POST", "/hooks/gitea", 404, "there is no /hooks/gitea"),
        ("GET", "/hooks/github", 405, "/hooks/github does not take GET"),
    ],
)
def test_an_unknown_path_or_method_is_told(collector, object_store, method, path, status, message):
    collector.configure(object_store.bucket())
    collector.start()

    response = collector.http.request(method, f"{collector.url}{path}")

    assert response.status_code == status
    assert response.json()["error"]["message"] == message


def test_check_reads_settings_and_secrets_and_starts_nothing(collector, object_store):
    collector.configure(object_store.bucket())
    config = collector.folder / "collector.toml"
    command = [PROGRAM, "check", "--config", config]
    good = subprocess.run(command, capture_output=True, text=True)
    (collector.folder / "github").write_text("")

    bad = subprocess.run(command, capture_output=True, text=True)

    assert (good.returncode, good.stdout) == (0, f"{config}: the settings are valid\n")
    assert (bad.returncode, bad.stderr) == (
        2,
        f"error: {collector.folder / 'github'}: the secret is empty; write the value into it\n",
    )
    assert not (collector.folder / "data").exists()


def test_a_body_over_25_megabytes_is_too_large_with_or_without_a_length(collector, object_store):
    collector.configure(object_store.bucket())
    collector.start()
    chunk = b" " * 1024 * 1024

    known = collector.http.post(f"{collector.url}/hooks/github", content=chunk * 25 + b" ")
    chunked = collector.http.post(
        f"{collector.url}/hooks/github", content=(chunk for _ in range(26))
    )

    assert [known.status_code, chunked.status_code] == [413, 413]
    assert chunked.json()["error"]["message"] == "the body has more than 26214400 bytes"
