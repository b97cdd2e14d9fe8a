"""Real runs of made-up products: the order is kept whatever fails, and everyone ends."""

from __future__ import annotations

import json
import re
import signal
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.stratum.platform.bench.generated import (
    Component,
    Product,
    Project,
    instances,
    random_product,
)
from ansible_collections.stratum.platform.plugins.module_utils.run import order

CHAIN = Product(
    (Component("first", 0, 0.0), Component("second", 1, 0.0, needs=("first",))), "graph"
)


def project(folder: Path, product: Product) -> Project:
    made = Project(folder, product)
    made.write()
    return made


def states(made: Project) -> dict[str, str]:
    """The final states of the last run."""
    events, _wrong = order.parse(made.journals()[-1].read_bytes())
    return {event["instance"]: event["state"] for event in events if event["event"] == "ended"}


def verdict(made: Project) -> order.Verdict:
    return order.check_journal(made.journals()[-1].read_bytes())


@pytest.mark.parametrize("schedule", ["tiers", "graph"])
@pytest.mark.parametrize("seed", [1, 2])
def test_random_delays_keep_the_order(tmp_path: Path, schedule: str, seed: int) -> None:
    made = project(tmp_path, random_product(9, schedule, seed, seconds=(0.0, 0.4)))
    made.run()
    assert verdict(made).violations == ()
    assert verdict(made).edges > 0


@pytest.mark.parametrize("forks", [2, 16])
def test_every_instance_has_a_final_state_whatever_fails(tmp_path: Path, forks: int) -> None:
    fates = {1: "fails", 2: "is killed", 4: "is unreachable"}
    product = random_product(10, "graph", 5, seconds=(0.0, 0.3), fates=fates)
    made = project(tmp_path, product)
    done = made.run("--forks", str(forks))
    assert done.returncode != 0
    assert verdict(made).violations == ()
    assert sorted(states(made)) == sorted(instances(product))


@pytest.mark.parametrize(
    ("fate", "reason"),
    [
        ("fails", r"Work for a while: it was told to fail"),
        (
            "is killed",
            r"Work for a while: its worker process was killed in the middle of the task, .*",
        ),
        ("is unreachable", r"the machine cannot be reached: .*"),
    ],
    ids=["fails", "is killed", "is unreachable"],
)
def test_what_fails_blocks_what_needs_it(tmp_path: Path, fate: str, reason: str) -> None:
    first, second = CHAIN.components
    lost = Component(first.name, 0, 0.0, fate=fate)
    made = project(tmp_path, Product((lost, second), "graph"))
    made.run()
    events, _wrong = order.parse(made.journals()[-1].read_bytes())
    ends = {event["instance"]: event for event in events if event["event"] == "ended"}
    assert re.fullmatch(reason, ends["first@local"]["reason"], re.DOTALL)
    assert (ends["second@local"]["state"], ends["second@local"]["by"]) == (
        "blocked",
        ["first@local"],
    )


def test_another_callback_keeps_the_order_too(tmp_path: Path) -> None:
    product = random_product(6, "tiers", 3, seconds=(0.0, 0.2), fates={1: "fails"})
    made = Project(tmp_path, product, {"ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.default"})
    made.write()
    made.run()
    violations = [v for v in verdict(made).violations if "run_ended" not in v]
    assert violations == []
    assert sorted(states(made)) == sorted(instances(product))


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    made = project(tmp_path, CHAIN)
    made.run()
    again = made.run()
    assert set(states(made).values()) == {"unchanged"}
    assert re.findall(r"changed=(\d+)", again.stdout) == ["0", "0"]


def test_a_check_run_leaves_no_record(tmp_path: Path) -> None:
    made = project(tmp_path, CHAIN)
    done = made.run("--check")
    assert done.stdout.splitlines()[0] == (
        "made_up 1.0.0 → bench, 2 instances  check mode: nothing is changed"
    )
    assert not (made.state / "records").exists()
    assert verdict(made).violations == ()


def test_a_limited_run_sees_the_revision_of_what_is_outside(tmp_path: Path) -> None:
    made = project(tmp_path, CHAIN)
    made.run()
    made.run("--limit", "second@local")
    events, _wrong = order.parse(made.journals()[-1].read_bytes())
    started = next(event for event in events if event["event"] == "started")
    assert started["observed"] == {"first@local": 1}
    assert verdict(made).violations == ()


def test_ctrl_c_gives_everyone_a_final_state(tmp_path: Path) -> None:
    slow = Component("first", 0, 60.0, fate="is seen")
    made = project(tmp_path, Product((slow, CHAIN.components[1]), "graph"))
    running = made.start()
    while not (made.state / "seen").exists():
        assert running.poll() is None, running.communicate()
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=60)
    assert states(made) == {"first@local": "failed", "second@local": "not started"}
    assert verdict(made).violations == ()


def test_the_report_of_a_failure_has_no_json(tmp_path: Path) -> None:
    first, second = CHAIN.components
    lost = Component(first.name, 0, 0.0, fate="fails")
    made = project(tmp_path, Product((lost, second), "graph"))
    text = made.run().stdout.partition("PLAY RECAP")[0]
    assert "first@local   ✗ failed: Work for a while: it was told to fail" in text
    assert "{" not in text


def test_an_output_that_is_not_recorded_fails_its_user(tmp_path: Path) -> None:
    made = project(tmp_path, CHAIN)
    _give(made, {"second_extra": {"output": "first.nothing"}})
    done = made.run()
    reason = (
        "second@local uses first.nothing, but first@local has recorded no such output; "
        "run first@local again"
    )
    assert f"second@local  ✗ failed: {reason}" in done.stdout
    assert json.loads((made.state / "records" / "second@local.json").read_text())["result"] == (
        "failed"
    )
    assert verdict(made).violations == ()


def test_a_secret_input_is_not_shown_however_much_is_shown(tmp_path: Path) -> None:
    made = project(tmp_path, CHAIN)
    _give(made, {"second_extra": {"secret": "second.key"}})
    done = made.run("-vvv")
    assert done.returncode == 0
    secret = (made.state / "secrets" / "second.key").read_text()
    assert secret not in done.stdout + done.stderr


def test_status_names_a_broken_order_and_fails(tmp_path: Path) -> None:
    made = project(tmp_path, CHAIN)
    made.run()
    _tamper(made.journals()[-1])
    done = made.run(playbook="status.yml")
    assert done.returncode != 0
    assert "- second@local saw revision 9 of first@local, which was ready at 1" in done.stdout


def test_status_of_a_good_run(tmp_path: Path) -> None:
    made = project(tmp_path, CHAIN)
    made.run()
    done = made.run(playbook="status.yml")
    assert done.returncode == 0
    assert "Order kept: 1 edge checked." in done.stdout.splitlines()


def _give(made: Project, variables: dict[str, Any]) -> None:
    """Further inputs of the second instance; it declares a secret `key`."""
    path = made.folder / "inventory.yml"
    inventory = json.loads(path.read_text())
    everything = inventory["all"]
    everything["vars"]["stratum_product"]["secrets"] = {"second": {"key": {"length": 40}}}
    everything["hosts"]["second@local"]["stratum_instance"]["vars"] |= variables
    path.write_text(json.dumps(inventory))


def _tamper(journal: Path) -> None:
    """Let the second instance have seen a revision that never was."""
    events: list[dict[str, Any]] = order.parse(journal.read_bytes())[0]
    for event in events:
        if event["event"] == "started" and event["instance"] == "second@local":
            event["observed"] = {"first@local": 9}
    lines = [json.dumps(event) + "\n" for event in events]
    journal.write_text("".join(lines), encoding="utf-8")
