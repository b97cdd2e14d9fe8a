"""The packs of rules that the role prometheus brings along, by Prometheus' own tool.

It is looked for in PATH, then in the mirror; without it these tests fail.
"""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from testbed.layout import MIRROR

HERE = Path(__file__).parent
ROLE = HERE.parents[1] / "roles" / "prometheus"
PACKS = sorted((ROLE / "files" / "rules").glob("*.yml"))

each_pack = pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.stem)


@pytest.fixture(scope="session")
def promtool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if installed := shutil.which("promtool"):
        return Path(installed)
    for archive in sorted(MIRROR.glob("prometheus-*.tar*")):
        with tarfile.open(archive) as opened:
            members = [one for one in opened.getmembers() if one.name.endswith("/promtool")]
            folder = tmp_path_factory.mktemp("promtool")
            opened.extractall(folder, members=members, filter="data")
            return folder / members[0].name
    pytest.fail(
        "promtool is missing, so the rules cannot be tested: install Debian's package prometheus, "
        f"or put Prometheus' archive prometheus-*.tar.gz into {MIRROR}"
    )


def cases(pack: Path) -> Path:
    return HERE / f"{pack.stem}.test.yml"


def alerts(pack: Path) -> list[dict[str, Any]]:
    groups = yaml.safe_load(pack.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"] if "alert" in rule]


def expected(pack: Path, *, firing: bool) -> set[str]:
    """Alerts with a case in which they fire, or do not."""
    tests = yaml.safe_load(cases(pack).read_text())["tests"]
    listed = [case for test in tests for case in test["alert_rule_test"]]
    return {case["alertname"] for case in listed if bool(case.get("exp_alerts")) is firing}


@each_pack
def test_a_pack_is_sound(promtool: Path, pack: Path) -> None:
    command = [str(promtool), "check", "rules", "--lint=all", "--lint-fatal", str(pack)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@each_pack
def test_alerts_fire_and_keep_quiet_as_their_cases_say(promtool: Path, pack: Path) -> None:
    command = [str(promtool), "test", "rules", str(cases(pack))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@each_pack
def test_each_alert_has_a_case_in_which_it_fires_and_one_in_which_it_does_not(pack: Path) -> None:
    names = {rule["alert"] for rule in alerts(pack)}
    assert expected(pack, firing=True) == names
    assert expected(pack, firing=False) == names


@each_pack
def test_each_alert_says_how_bad_it_is_and_what_is_the_matter(pack: Path) -> None:
    rules = alerts(pack)
    assert {rule["labels"]["severity"] for rule in rules} <= {"critical", "warning", "info"}
    assert {tuple(sorted(rule["annotations"])) for rule in rules} == {("description", "summary")}


def test_the_role_offers_the_packs_that_are_there() -> None:
    names = [pack.stem for pack in PACKS]
    internal = yaml.safe_load((ROLE / "vars" / "main.yml").read_text())
    specs = yaml.safe_load((ROLE / "meta" / "argument_specs.yml").read_text())
    options = specs["argument_specs"]["main"]["options"]
    assert sorted(internal["__prometheus_packs"]) == names
    assert sorted(options["prometheus_rule_packs"]["choices"]) == names
