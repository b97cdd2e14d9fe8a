"""The dashboards of the role grafana: what every one of them must be, without a server."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.stratum.platform.docs.dashboards.__main__ import ALL, FILES, stale
from ansible_collections.stratum.platform.docs.dashboards.model import SOURCES

ROLE = FILES.parents[1]
PATHS = sorted(FILES.rglob("*.json"))
BUILT_IN = {"__range", "__interval", "__rate_interval"}
MACROS = {"__fromTime_ms", "__toTime_ms", "__interval_s", "__timeFilter_ms", "__timeInterval"}
each = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def panels(path: Path) -> list[dict[str, Any]]:
    """Without the headings of rows."""
    return [panel for panel in read(path)["panels"] if panel["type"] != "row"]


def queries(path: Path) -> Iterator[str]:
    for panel in panels(path):
        for target in panel["targets"]:
            yield target.get("expr") or target["rawSql"]


def variables(path: Path) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in read(path)["templating"]["list"]}


def test_the_files_are_what_the_generator_writes() -> None:
    assert stale() == []
    assert len(PATHS) == len(ALL)


def test_every_dashboard_has_a_uid_of_its_own() -> None:
    uids = [read(path)["uid"] for path in PATHS]
    assert len(set(uids)) == len(uids)
    assert [uid for uid in uids if not re.fullmatch(r"stratum-[a-z]{1,30}", uid)] == []


def test_the_role_brings_along_all_of_them() -> None:
    packs = yaml.safe_load((ROLE / "vars" / "main.yml").read_text())["__grafana_packs"]
    there = sorted(str(path.relative_to(FILES)) for path in PATHS)
    assert sorted(name for names in packs.values() for name in names) == there
    assert all(name.startswith(f"{pack}/") for pack, names in packs.items() for name in names)


@each
def test_it_says_what_it_shows(path: Path) -> None:
    dashboard = read(path)
    assert dashboard["title"]
    assert dashboard["description"]
    lacking = [p["title"] for p in panels(path) if not (p["title"] and len(p["description"]) > 20)]
    assert lacking == []


@each
def test_its_panels_have_titles_and_numbers_of_their_own(path: Path) -> None:
    all_of_it = read(path)["panels"]
    titles = [panel["title"] for panel in panels(path)]
    assert len(set(titles)) == len(titles)
    assert len({panel["id"] for panel in all_of_it}) == len(all_of_it)


@each
def test_every_panel_has_a_unit_and_something_to_ask(path: Path) -> None:
    assert [p["title"] for p in panels(path) if not p["fieldConfig"]["defaults"]["unit"]] == []
    for panel in panels(path):
        letters = [target["refId"] for target in panel["targets"]]
        assert letters == list("ABCDEFGH")[: len(letters)]
        assert letters


@each
def test_every_data_source_is_named_by_a_variable(path: Path) -> None:
    known = {name: source.plugin for name, source in SOURCES.items()}
    named = [panel["datasource"] for panel in panels(path)]
    named += [target["datasource"] for panel in panels(path) for target in panel["targets"]]
    named += [v["datasource"] for v in variables(path).values() if v["type"] == "query"]
    for source in named:
        variable = source["uid"].removeprefix("${").removesuffix("}")
        assert source == {"type": known[variable], "uid": f"${{{variable}}}"}
        assert variables(path)[variable]["query"] == known[variable]


@each
def test_every_variable_is_there_and_is_used(path: Path) -> None:
    text = "\n".join(queries(path))
    used = {a or b for a, b in re.findall(r"\$\{(\w+)(?::\w+)?\}|\$(\w+)", text)}
    asked = {name for name, each in variables(path).items() if each["type"] != "datasource"}
    assert used - BUILT_IN - MACROS == asked


@each
def test_nothing_lies_upon_another_or_beyond_the_edge(path: Path) -> None:
    places = [panel["gridPos"] for panel in read(path)["panels"]]
    assert [p for p in places if p["x"] < 0 or p["x"] + p["w"] > 24 or p["h"] < 1] == []
    overlapping = [
        (a, b)
        for a, b in itertools.combinations(places, 2)
        if a["x"] < b["x"] + b["w"]
        and b["x"] < a["x"] + a["w"]
        and a["y"] < b["y"] + b["h"]
        and b["y"] < a["y"] + a["h"]
    ]
    assert overlapping == []


@each
def test_it_can_be_loaded_into_any_organisation(path: Path) -> None:
    """What belongs to one Grafana alone would keep another from taking it."""
    dashboard = read(path)
    assert {"id", "version", "gnetId", "iteration", "__inputs"} & dashboard.keys() == set()
    assert dashboard["editable"] is False
