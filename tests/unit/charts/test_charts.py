"""The charts as files: strict values, settings that the services know, names that agree.

What helm makes of them is tested in tests/cluster/test_charts.py.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
import yaml

from stratum.collector.settings import CollectorSettings
from stratum.console.settings import ConsoleSettings
from stratum.etl.settings import EtlSettings
from stratum.store.settings import StoreSettings
from stratum.warehouse.settings import WarehouseSettings

ROOT = Path(__file__).resolve().parents[3]
CHARTS = sorted(path for path in (ROOT / "charts").iterdir() if path.is_dir())
SETTINGS: dict[str, type[msgspec.Struct]] = {
    "collector": CollectorSettings,
    "console": ConsoleSettings,
    "etl": EtlSettings,
    "object-store": StoreSettings,
    "warehouse": WarehouseSettings,
}
KEY = re.compile(r"^(\w+) = ", re.MULTILINE)

every_chart = pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.name)


def values(chart: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((chart / "values.yaml").read_text())
    return found


def schema(chart: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((chart / "values.schema.json").read_text())
    return found


def objects(part: object) -> list[dict[str, Any]]:
    """All schemas of objects inside a schema."""
    if isinstance(part, list):
        return [found for item in part for found in objects(item)]
    if not isinstance(part, dict):
        return []
    own = [part] if "properties" in part else []
    return own + [found for item in part.values() for found in objects(item)]


def test_there_is_a_chart_for_every_service() -> None:
    assert [chart.name for chart in CHARTS] == sorted(SETTINGS)


@every_chart
def test_the_default_values_obey_the_schema_which_has_no_other_keys(chart: Path) -> None:
    jsonschema.Draft7Validator.check_schema(schema(chart))
    jsonschema.validate(values(chart), schema(chart))
    assert set(schema(chart)["properties"]) == {*values(chart), "global"}


@every_chart
def test_an_unknown_key_is_refused_wherever_it_stands(chart: Path) -> None:
    lax = [part for part in objects(schema(chart)) if part.get("additionalProperties") is not False]
    assert lax == []


@every_chart
def test_every_value_is_explained(chart: Path) -> None:
    """A comment stands above it, or above the block that it belongs to."""
    bare = []
    explained = False
    for line in (chart / "values.yaml").read_text().splitlines():
        if line.startswith("#") or not line:
            explained = line.startswith("#")
        elif not line.startswith(" ") and not explained:
            bare.append(line)
    assert bare == []


@every_chart
def test_the_names_are_made_in_the_same_way(chart: Path) -> None:
    first = CHARTS[0] / "templates" / "_names.tpl"
    assert (chart / "templates" / "_names.tpl").read_text() == first.read_text()


@every_chart
def test_its_settings_are_settings_of_the_service(chart: Path) -> None:
    text = (chart / "templates" / "_config.tpl").read_text()
    settings = text.split('define "stratum.config" -}}')[1].partition("\n[")[0]
    known = {field.encode_name for field in msgspec.structs.fields(SETTINGS[chart.name])}
    written = set(KEY.findall(settings))
    assert written
    assert written - known == set()


@every_chart
def test_its_version_is_that_of_the_services(chart: Path) -> None:
    project = (ROOT / "services" / "pyproject.toml").read_text()
    [version] = re.findall(r'^version = "(.+)"$', project, re.MULTILINE)
    about = yaml.safe_load((chart / "Chart.yaml").read_text())
    foreign = chart.name == "object-store"
    assert (about["name"], about["version"]) == (chart.name, version)
    assert (about["appVersion"] != version) == foreign


@every_chart
def test_no_secret_is_in_the_environment(chart: Path) -> None:
    text = "".join(path.read_text() for path in (chart / "templates").iterdir())
    assert "secretKeyRef" not in text
    assert "envFrom" not in text
