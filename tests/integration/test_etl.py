"""The ETL between a real object store and the real warehouse: each object exactly once."""

from __future__ import annotations

import gzip
import json
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import httpx
import msgspec
import pytest

from ansible_collections.stratum.platform.tests.integration.conftest import (
    Bucket,
    ObjectStoreServer,
    free_ports,
    wait_until,
)
from ansible_collections.stratum.platform.tests.integration.sample_events import NOW, envelopes
from ansible_collections.stratum.platform.tests.integration.warehouse_process import (
    WarehouseProcess,
    new_warehouse,
)
from stratum.etl.errors import MigrationError, WarehouseUnavailableError
from stratum.etl.migrate import Migration, migrate, read_migrations
from stratum.etl.pipeline import Pipeline
from stratum.etl.settings import EtlSettings, WarehouseTarget
from stratum.etl.targets import TARGETS
from stratum.storage import S3Settings

ENVELOPES_AN_OBJECT = 12


class Killed(BaseException):
    """Stands for a kill: nothing of ours catches it."""


@dataclass(frozen=True)
class World:
    """A bucket, a database of its own, and the settings that join them."""

    bucket: Bucket
    warehouse: WarehouseProcess
    settings: EtlSettings

    @cached_property
    def client(self):
        return self.bucket.client

    def put(self, key: str, lines: Iterable[bytes], *, raw: bytes | None = None) -> None:
        body = raw if raw is not None else gzip.compress(b"\n".join(lines) + b"\n", mtime=0)
        self.client.put_object(Bucket=self.bucket.name, Key=key, Body=body)

    def pipeline(self, on_step: Callable[[str], None] = lambda _step: None) -> Pipeline:
        pipeline = Pipeline(self.settings, on_step=on_step)
        pipeline.prepare()
        return pipeline

    def ask(self, sql: str) -> str:
        return self.warehouse.ask(sql, database=self.settings.warehouse.database)

    def contents(self) -> dict[str, str]:
        """The rows of every table in one number; of states, what a reader sees."""
        found = {}
        for table, target in TARGETS.items():
            # Two deliveries of one event tie: either may be the one that is kept.
            without = "_src, _row, event_id" if target.identity else "rejected_at"
            columns = f"* EXCEPT ({without})" if table == "rejected" or target.identity else "*"
            final = "FINAL" if target.identity else ""
            found[table] = self.ask(
                f"SELECT count(), sum(cityHash64(toString(tuple({columns})))) FROM {table} {final}"
            )
        return found


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarehouseProcess]:
    process = new_warehouse(tmp_path_factory.mktemp("warehouse"))
    try:
        process.start()
        yield process
    finally:
        process.stop()


@pytest.fixture
def new_world(
    object_store: ObjectStoreServer, warehouse: WarehouseProcess, tmp_path: Path
) -> Callable[[], World]:
    def build() -> World:
        bucket = object_store.bucket()
        folder = tmp_path / bucket.name
        folder.mkdir()
        access, secret = bucket.write_keys(folder)
        database = bucket.name.replace("-", "_")
        settings = EtlSettings(
            s3=S3Settings(bucket.endpoint, access, secret, bucket=bucket.name),
            warehouse=WarehouseTarget(
                warehouse.url, "admin", warehouse.password_file("admin"), database
            ),
            data_dir=folder,
            interval_seconds=0.1,
        )
        return World(bucket, warehouse, settings)

    return build


@pytest.fixture
def world(new_world: Callable[[], World]) -> World:
    return new_world()


def point(measurement: str = "cpu", **changes: object) -> bytes:
    line = {
        "id": "c1-1",
        "received_at": "2026-11-21T12:00:00.123456Z",
        "measurement": measurement,
        "tags": {"host": "a"},
        "fields": {"usage": 0.5, "count": 3, "up": True, "state": "ok"},
        "timestamp_ns": 1795262400123456789,
    }
    return json.dumps(line | changes).encode()


def key(number: int, folder: str = "events") -> str:
    name = f"c1-{number:016d}-{number:016d}"
    return f"{folder}/dt={NOW:%Y-%m-%d}/hr={NOW:%H}/{name}.jsonl.gz"


def fill(world: World, seed: int, objects: int = 4) -> None:
    lines = envelopes(seed, objects * ENVELOPES_AN_OBJECT)
    for number in range(objects):
        world.put(key(number), lines[number::objects])
    world.put(key(0, "points"), [point(), point("memory"), b"not a point"])


def kill_at(step: int, seen: list[str]) -> Callable[[str], None]:
    def on_step(name: str) -> None:
        seen.append(name)
        if len(seen) == step:
            raise Killed(name)

    return on_step


def test_everything_is_loaded_once_and_nothing_the_second_time(world: World) -> None:
    fill(world, seed=1)
    pipeline = world.pipeline()
    summary = pipeline.run()
    loaded = world.contents()
    again = world.pipeline().run()
    assert (summary.listed, summary.loaded, summary.errors) == (5, 5, {})
    assert summary.rows["events_raw"] == 4 * ENVELOPES_AN_OBJECT
    assert min(summary.rows[table] for table in TARGETS) >= 1
    assert (again.listed, again.loaded, again.rows) == (5, 0, {})
    assert world.contents() == loaded


def test_a_kill_after_any_step_changes_nothing_in_the_end(
    new_world: Callable[[], World],
) -> None:
    """Object after object; the loader of each is killed one step later than that of the last."""
    whole, killed = new_world(), new_world()
    lines = envelopes(1, 20 * 16)
    died_after = []
    for number in range(16):
        for world in (whole, killed):
            world.put(key(number), lines[number * 20 : number * 20 + 20])
        steps: list[str] = []
        whole.pipeline(steps.append).run()
        # The last objects count from the end: not every object takes the same number of steps.
        step = number + 1 if number < min(14, len(steps)) else len(steps) + number - 15
        with pytest.raises(Killed) as death:
            killed.pipeline(kill_at(step, [])).run()
        died_after.append(str(death.value))
        killed.pipeline().run()
    assert set(died_after) >= {"fetched", "planned", "verified", "loaded", "inserted commits"}
    assert killed.contents() == whole.contents()


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_kills_at_random_steps_change_nothing_in_the_end(
    new_world: Callable[[], World], seed: int
) -> None:
    whole, killed = new_world(), new_world()
    for world in (whole, killed):
        fill(world, seed)
    whole.pipeline().run()
    chance = random.Random(seed)
    for _ in range(6):
        try:
            killed.pipeline(kill_at(chance.randint(1, 40), [])).run()
        except Killed:
            continue
    summary = killed.pipeline().run()
    assert summary.errors == {}
    assert killed.contents() == whole.contents()


def test_a_partly_loaded_object_is_deleted_and_loaded_again(world: World) -> None:
    fill(world, seed=1, objects=1)
    with pytest.raises(Killed):
        world.pipeline(lambda name: kill_on("verified", name)).run()
    before = world.contents()
    world.ask("ALTER TABLE events_raw DELETE WHERE _row % 2 = 0 SETTINGS mutations_sync = 2")
    world.ask("ALTER TABLE deployments DELETE WHERE 1 SETTINGS mutations_sync = 2")
    summary = world.pipeline().run()
    assert (summary.loaded, summary.errors) == (2, {})
    assert {**world.contents(), "points": "", "rejected": ""} == {
        **before,
        "points": "",
        "rejected": "",
    }


def kill_on(wanted: str, name: str) -> None:
    if name == wanted:
        raise Killed(name)


def test_the_same_delivery_in_two_objects_is_one_deployment(world: World) -> None:
    lines = envelopes(1, 30)
    world.put(key(1), lines)
    world.pipeline().run()
    once = world.ask("SELECT count() FROM deployments FINAL")
    world.put(key(2), lines)
    world.pipeline().run()
    assert world.ask("SELECT count() FROM deployments FINAL") == once
    assert world.ask("SELECT count() FROM events_raw") == "60"


def test_an_older_state_that_comes_late_does_not_win(new_world: Callable[[], World]) -> None:
    orders = []
    for reverse in (False, True):
        world = new_world()
        lines = envelopes(1, 60)
        for number in range(6):
            world.put(key(6 - number if reverse else number), lines[number * 10 : number * 10 + 10])
        world.pipeline().run()
        orders.append(world.contents()["deployments"])
    assert orders[0] == orders[1]


def test_an_object_that_comes_late_is_found(world: World) -> None:
    world.put(key(5), envelopes(1, 2))
    pipeline = world.pipeline()
    pipeline.run()
    world.put("events/dt=2026-01-01/hr=00/c0-1-1.jsonl.gz", envelopes(1, 1))
    assert pipeline.run().loaded == 1


def test_a_replaced_object_is_reported_and_not_loaded(world: World) -> None:
    world.put(key(1), envelopes(1, 3))
    world.pipeline().run()
    before = world.contents()
    world.put(key(1), envelopes(1, 4))
    summary = world.pipeline().run()
    assert (summary.replaced, summary.loaded) == ([key(1)], 0)
    assert world.contents() == before


def test_a_bad_line_is_rejected_and_the_others_are_loaded(world: World) -> None:
    good = envelopes(1, 2)
    world.put(key(1), [good[0], b'{"id": 1}', b"\xff", good[1]])
    world.put(key(1, "points"), [point(timestamp_ns=-1), point()])
    summary = world.pipeline().run()
    assert summary.errors == {}
    assert world.ask("SELECT _src, _row, reason FROM rejected ORDER BY _src, _row") == "\n".join(
        [
            f"{key(1)}\t1\tExpected `str`, got `int` - at `$.id`",
            f"{key(1)}\t2\tJSON is malformed: invalid character (byte 0)",
            f"{key(1, 'points')}\t0\ttimestamp_ns is outside of the years 1970 to 2199",
        ]
    )
    assert world.ask("SELECT count() FROM events_raw") == "2"


def test_an_object_that_is_no_gzip_fails_and_is_tried_again_on_demand(world: World) -> None:
    world.put(key(1), [], raw=b"plain text")
    pipeline = world.pipeline()
    reason = (
        f"{key(1)}: this is not gzip: Error -3 while decompressing data: incorrect header check"
    )
    assert pipeline.run().failed == {key(1): reason}
    assert pipeline.run().failed == {key(1): reason}
    world.put(key(1), envelopes(1, 2))
    assert (pipeline.run().loaded, pipeline.run().failed) == (1, {})


def test_a_point_keeps_its_nanoseconds_and_types(world: World) -> None:
    world.put(key(1, "points"), [point()])
    world.pipeline().run()
    row = world.ask(
        "SELECT measurement, tags, fields, text_fields, toUnixTimestamp64Nano(time), received_at "
        "FROM points FORMAT JSONCompactEachRow SETTINGS output_format_json_quote_64bit_integers = 0"
    )
    assert json.loads(row) == [
        "cpu",
        {"host": "a"},
        {"usage": 0.5, "count": 3, "up": 1},
        {"state": "ok"},
        1795262400123456789,
        "2026-11-21 12:00:00.123",
    ]


def test_notifications_older_than_a_year_do_not_stop_their_object(world: World) -> None:
    line = json.loads(next(line for line in envelopes(1, 200) if b'"argocd"' in line))
    body = json.loads(line["body"])
    body |= {"started_at": "2020-01-01T00:00:00Z", "finished_at": "2020-01-01T00:01:00Z"}
    body["history"] = []
    world.put(key(1), [json.dumps(line | {"body": json.dumps(body)}).encode()])
    summary = world.pipeline().run()
    assert (summary.loaded, summary.errors, "deployments_raw" in summary.rows) == (1, {}, False)


def test_migrations_are_applied_once_and_must_not_change(world: World) -> None:
    warehouse = world.pipeline().warehouse
    migrations = read_migrations()
    assert migrate(warehouse, migrations) == []
    changed = [Migration(migrations[0].name, "SELECT 1"), *migrations[1:]]
    with pytest.raises(MigrationError) as refusal:
        migrate(warehouse, changed)
    assert str(refusal.value) == (
        f"{world.settings.warehouse.url}: the migration 001_events is not the one that was "
        "applied; leave applied migrations as they are; write a new one"
    )


def test_a_warehouse_that_is_away_is_an_error_of_its_own(world: World) -> None:
    port = free_ports()
    target = WarehouseTarget(
        f"http://127.0.0.1:{port}", "admin", world.settings.warehouse.password_file
    )
    pipeline = Pipeline(msgspec.structs.replace(world.settings, warehouse=target))
    with pytest.raises(WarehouseUnavailableError, match="the warehouse does not answer"):
        pipeline.prepare()


# ---- the program -----------------------------------------------------------------------------


def write_config(world: World, folder: Path, url: str) -> Path:
    s3 = world.settings.s3
    config = folder / "etl.toml"
    config.write_text(
        f"""
data_dir = "data"
interval_seconds = 0.1
port = {free_ports()}
[s3]
endpoint = "{s3.endpoint}"
bucket = "{s3.bucket}"
access_key_file = "{s3.access_key_file}"
secret_key_file = "{s3.secret_key_file}"
[warehouse]
url = "{url}"
user = "etl"
password_file = "{world.warehouse.password_file("etl")}"
"""
    )
    return config


def program(*arguments: str | Path) -> list[str | Path]:
    return [Path(sys.executable).with_name("stratum-etl"), *arguments]


def test_run_prints_a_summary_as_a_user_that_may_only_ingest(world: World, tmp_path: Path) -> None:
    fill(world, seed=1, objects=1)
    config = write_config(world, tmp_path, world.warehouse.url)
    done = subprocess.run(program("run", "--config", config), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["loaded"] == 2


def test_run_fails_over_an_object_that_cannot_be_read_unless_that_is_accepted(
    world: World, tmp_path: Path
) -> None:
    world.put("events/dt=2026-11-21/hr=12/unreadable.jsonl.gz", [], raw=b"no gzip")
    config = write_config(world, tmp_path, world.warehouse.url)
    codes = [
        subprocess.run(program("run", *words, "--config", config), capture_output=True).returncode
        for words in ([], ["--accept-failed"])
    ]
    assert codes == [1, 0]


def test_run_fails_over_a_warehouse_that_is_away_whatever_is_accepted(
    world: World, tmp_path: Path
) -> None:
    config = write_config(world, tmp_path, "http://127.0.0.1:9")
    done = subprocess.run(
        program("run", "--accept-failed", "--config", config), capture_output=True, text=True
    )
    assert (done.returncode, "http://127.0.0.1:9" in done.stderr) == (1, True)


DYING = """
import os, sys
from pathlib import Path
from stratum.etl.lock import only_loader
from stratum.etl.pipeline import Pipeline
from stratum.etl.settings import EtlSettings
from stratum.settings import load_settings

settings = load_settings(Path(sys.argv[1]), EtlSettings)
with only_loader(settings.data_dir):
    pipeline = Pipeline(settings, on_step=lambda name: name == sys.argv[2] and os._exit(9))
    pipeline.prepare()
    pipeline.run()
"""


def test_a_loader_that_dies_outright_is_followed_by_one_that_ends_the_work(
    world: World, tmp_path: Path
) -> None:
    lines = envelopes(1, 20)
    world.put("events/dt=2026-11-21/hr=12/dying.jsonl.gz", lines)
    config = write_config(world, tmp_path, world.warehouse.url)
    died = subprocess.run([sys.executable, "-c", DYING, config, "inserted deployments"])
    assert died.returncode == 9
    done = subprocess.run(program("run", "--config", config), capture_output=True, text=True)
    assert json.loads(done.stdout)["loaded"] == 1, done.stderr
    sql = "SELECT count(), uniqExact(_row) FROM events_raw WHERE _src LIKE '%dying%'"
    assert world.warehouse.ask(sql) == "20\t20"


def test_watch_waits_for_the_warehouse_and_says_so(world: World, tmp_path: Path) -> None:
    own = new_warehouse(tmp_path / "own")
    own.passwords.update(world.warehouse.passwords)
    config = write_config(world, tmp_path, own.url)
    port = int(config.read_text().split("port = ")[1].split()[0])
    readyz = f"http://127.0.0.1:{port}/readyz"
    fill(world, seed=1, objects=1)
    log = (tmp_path / "log").open("wb")
    watching = subprocess.Popen(program("watch", "--config", config), stdout=log, stderr=log)
    try:
        wait_until(lambda: "does not answer" in _text(readyz), 30)
        assert httpx.get(readyz).status_code == 503
        second = subprocess.run(program("run", "--config", config), capture_output=True, text=True)
        assert "another loader is at work" in second.stderr
        own.start()
        wait_until(lambda: httpx.get(readyz).status_code == 200, 30)
        assert own.ask("SELECT count() FROM events_raw") == str(ENVELOPES_AN_OBJECT)
        assert "stratum_etl_objects_loaded_total 2.0" in _text(readyz.replace("readyz", "metrics"))
        watching.send_signal(signal.SIGTERM)
        assert watching.wait(30) == 0
    finally:
        watching.kill()
        watching.wait()
        own.stop()
        log.close()


def _text(url: str) -> str:
    try:
        return httpx.get(url).text
    except httpx.TransportError:
        return ""
