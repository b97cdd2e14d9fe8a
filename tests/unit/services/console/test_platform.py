"""The platform from its state directory: standing, bars, critical path, barrier cost."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from stratum.console.platform.answer import platform, runs
from stratum.console.platform.files import StateFiles
from stratum.console.platform.models import Platform

RUN = "20261121T120000Z-aaaa"
LATER = "20261121T130000Z-bbbb"
T0 = 1_795_262_400.0
TIERS = [
    {"name": "storage", "instances": ["store", "house"]},
    {"name": "ingest", "instances": ["etl"]},
]
# `etl` needs only `house`, but its tier waits for `store` too.
INSTANCES: list[dict[str, Any]] = [
    {"name": "store", "component": "store", "tier": "storage", "version": "1", "after_tier": None},
    {"name": "house", "component": "house", "tier": "storage", "version": "1", "after_tier": None},
    {
        "name": "etl",
        "component": "etl",
        "tier": "ingest",
        "version": "1",
        "after_tier": "storage",
        "needs": [{"instance": "house", "reasons": ["needs house"]}],
    },
]


def write_product(root: Path, **changes: Any) -> None:
    product = {"product": "delivery", "release": "1.0.0", "environment": "demo"}
    product |= {"schedule": "tiers", "tiers": TIERS, "instances": INSTANCES, **changes}
    (root / "product.json").write_text(json.dumps(product))


def write_record(root: Path, instance: str, **changes: Any) -> None:
    record = {"instance": instance, "version": "1", "revision": 2, "result": "ok", "run": RUN}
    record |= {"ended_at": "2026-11-21T12:00:09Z", "outputs": {"url": "http://x"}, **changes}
    (root / "records").mkdir(exist_ok=True)
    (root / "records" / f"{instance}.json").write_text(json.dumps(record))


def write_journal(root: Path, *events: dict[str, Any], run: str = RUN, **opening: Any) -> Path:
    started = {"event": "run_started", "time": T0, "run": run, "check": False}
    started |= {"schedule": "tiers", "tiers": TIERS, "instances": INSTANCES, **opening}
    (root / "journal").mkdir(exist_ok=True)
    path = root / "journal" / f"{run}.jsonl"
    path.write_text("".join(json.dumps(event) + "\n" for event in [started, *events]))
    return path


def worked(instance: str, start: float, ready: float) -> list[dict[str, Any]]:
    return [
        {"event": "waiting", "time": T0, "instance": instance, "for": []},
        {"event": "started", "time": T0 + start, "instance": instance, "observed": {}},
        {"event": "ready", "time": T0 + ready, "instance": instance, "revision": 1, "outputs": {}},
        ended(instance, ready + 0.1, "changed"),
    ]


def ended(instance: str, at: float, state: str, reason: str | None = None) -> dict[str, Any]:
    event = {"event": "ended", "time": T0 + at, "instance": instance, "state": state}
    return event | {"revision": None, "reason": reason, "by": [], "evidence": []}


def shown(root: Path) -> Platform:
    return platform(StateFiles(root), "delivery", "demo")


def states(root: Path) -> dict[str, tuple[str, str]]:
    return {each.name: (each.state, each.state_text) for each in shown(root).instances}


def test_empty_state_directory_is_an_empty_platform(tmp_path: Path) -> None:
    answer = shown(tmp_path / "missing")
    assert (answer.product, answer.instances, answer.run) == ("delivery", [], None)
    assert runs(StateFiles(tmp_path)).items == []


def test_finished_run_has_bars_critical_path_and_barrier_cost(tmp_path: Path) -> None:
    write_product(tmp_path)
    events = [*worked("store", 0, 10), *worked("house", 0, 4), *worked("etl", 10, 15)]
    closing = {"event": "run_ended", "time": T0 + 16, "states": {"changed": 3}}
    write_journal(tmp_path, *events, closing)
    run = shown(tmp_path).run
    assert run is not None
    assert (run.states, run.at_work, run.critical_path) == ({"changed": 3}, False, ["store", "etl"])
    # With its own need only, etl would start after 4 s and all would end after 10 s, not 15 s.
    assert run.barrier_cost_seconds == pytest.approx(5.0)
    assert run.barrier_text == (
        "The tier barriers cost 5.0 s of 15.1 s: with `schedule: graph` this run would take "
        "about 10.1 s."
    )
    assert [(bar.instance, bar.state) for bar in run.bars] == [
        ("store", "changed"),
        ("house", "changed"),
        ("etl", "changed"),
    ]
    bar = run.bars[2]
    assert bar.started_at and bar.ready_at
    assert (bar.ready_at - bar.started_at).total_seconds() == 5


def test_graph_schedule_has_no_barrier_cost(tmp_path: Path) -> None:
    write_product(tmp_path)
    write_journal(tmp_path, *worked("store", 0, 1), schedule="graph")
    run = shown(tmp_path).run
    assert run is not None
    assert run.barrier_cost_seconds is None
    assert run.barrier_text == "No tier barriers: this run had `schedule: graph`."


def test_instances_stand_as_their_records_and_last_ends_say(tmp_path: Path) -> None:
    write_product(tmp_path)
    write_record(tmp_path, "house", version="0.9")
    write_journal(
        tmp_path,
        ended("store", 1, "failed", "the port 8333 is busy"),
        ended("house", 1, "unchanged"),
        ended("etl", 1, "blocked", "blocked by store"),
    )
    assert states(tmp_path) == {
        "store": ("failed", "The port 8333 is busy."),
        "house": ("ok", "Version 0.9 is installed; the product has 1."),
        "etl": ("blocked", "Blocked by store."),
    }


def test_instance_of_a_run_that_broke_off_is_unknown(tmp_path: Path) -> None:
    write_product(tmp_path)
    write_record(tmp_path, "store")
    write_journal(tmp_path, {"event": "started", "time": T0, "instance": "store", "observed": {}})
    assert states(tmp_path)["store"] == (
        "unknown",
        "The last run broke off while it was being installed.",
    )


def test_never_installed_instance_is_unknown(tmp_path: Path) -> None:
    write_product(tmp_path)
    write_record(tmp_path, "house")
    write_record(tmp_path, "etl", result="failed")
    assert states(tmp_path) == {
        "store": ("unknown", "It was never installed."),
        "house": ("ok", "Version 1 is installed, revision 2."),
        "etl": ("failed", f"Its last installation failed, in run {RUN}."),
    }


def test_run_at_work_tells_who_waits_and_who_works(tmp_path: Path) -> None:
    write_product(tmp_path)
    write_journal(
        tmp_path,
        {"event": "started", "time": T0, "instance": "store", "observed": {}},
        {"event": "phase", "time": T0, "instance": "store", "phase": "ready"},
        {"event": "waiting", "time": T0, "instance": "etl", "for": ["store", "house"]},
    )
    (tmp_path / "current.json").write_text(json.dumps({"run": RUN, "pid": os.getpid()}))
    assert states(tmp_path) == {
        "store": ("working", "Becoming ready."),
        "house": ("not started", "Its turn has not come yet."),
        "etl": ("waiting", "Waiting for store, house."),
    }
    run = shown(tmp_path).run
    assert run is not None
    assert run.at_work


def test_run_whose_process_is_another_one_now_is_not_at_work(tmp_path: Path) -> None:
    write_journal(tmp_path)
    current = {"run": RUN, "pid": os.getpid(), "process": "1"}
    (tmp_path / "current.json").write_text(json.dumps(current))
    assert StateFiles(tmp_path).at_work() is None


def test_check_run_is_shown_but_does_not_say_how_things_stand(tmp_path: Path) -> None:
    write_product(tmp_path)
    write_journal(tmp_path, ended("store", 1, "failed", "it broke"))
    write_journal(tmp_path, ended("store", 1, "ok"), run=LATER, check=True)
    answer = shown(tmp_path)
    assert answer.run is not None
    assert (answer.run.id, answer.run.check) == (LATER, True)
    assert states(tmp_path)["store"] == ("failed", "It broke.")


def test_half_written_last_line_is_left_for_the_next_look(tmp_path: Path) -> None:
    write_product(tmp_path)
    path = write_journal(tmp_path, ended("store", 1, "failed"))
    before = StateFiles(tmp_path).fingerprint()
    with path.open("a") as journal:
        journal.write('{"event": "ended", "instance": "etl"')
    assert [item.id for item in runs(StateFiles(tmp_path)).items] == [RUN]
    assert states(tmp_path)["etl"] == ("not started", "It was not started in the last run.")
    assert StateFiles(tmp_path).fingerprint() != before


def test_runs_are_listed_newest_first(tmp_path: Path) -> None:
    write_journal(tmp_path, {"event": "run_ended", "time": T0 + 1, "states": {"ok": 3}})
    write_journal(tmp_path, ended("store", 1, "failed"), run=LATER)
    items = runs(StateFiles(tmp_path)).items
    assert [(item.id, item.states, item.ended_at is None) for item in items] == [
        (LATER, {"failed": 1, "not started": 2}, True),
        (RUN, {"ok": 3}, False),
    ]
