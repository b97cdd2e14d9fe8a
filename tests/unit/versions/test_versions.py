"""The supported versions, and what ansible-test is told to leave out on them."""

from __future__ import annotations

import pytest
import yaml
from tests.versions import ignores
from tests.versions.combinations import combinations, ends, named
from tests.versions.environment import ROOT, controller_requirements


def test_the_ends_are_the_oldest_and_the_newest_release():
    assert [each.name for each in ends()] == ["2.19-py3.11", "2.21-py3.13"]
    assert combinations()[-1].name == "2.22-py3.13"


def test_a_core_runs_only_on_pythons_that_it_supports():
    names = {each.name for each in combinations()}
    assert "2.20-py3.12" in names
    assert not names & {"2.20-py3.11", "2.21-py3.11", "2.22-py3.12"}


def test_the_oldest_core_is_the_one_that_the_collection_asks_for():
    wanted = yaml.safe_load((ROOT / "meta/runtime.yml").read_text())["requires_ansible"]
    assert wanted == f">={combinations()[0].core.line}.0"


def test_an_unknown_combination_is_refused():
    with pytest.raises(
        ValueError, match=r"no combination 2\.18-py3\.11; choose from: 2\.19-py3\.11"
    ):
        named("2.18-py3.11")


def test_the_controllers_requirements_come_without_its_core():
    found = list(controller_requirements())
    assert any(line.startswith("jsonschema") for line in found)
    assert not any(line.startswith(("ansible-core", "#")) for line in found)


def test_only_files_that_need_a_package_are_left_out_of_the_import_test():
    found = ignores.needy()
    assert "plugins/module_utils/host/supervisord.py" in found  # imports supervisor
    assert "plugins/action/service.py" in found  # by way of supervisord.py
    assert "plugins/module_utils/run/order.py" not in found
    assert not any(name.startswith("plugins/modules/") for name in found)


def test_every_entry_says_why(tmp_path):
    ignores.write(tmp_path)
    lines = (tmp_path / "ignore-2.19.txt").read_text().splitlines()
    assert all(line.partition(" # ")[2] for line in lines)
