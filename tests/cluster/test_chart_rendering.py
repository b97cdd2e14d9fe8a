"""Charts as helm renders them: objects, definitions, hooks, and a chart's own reasons."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.kube.chart import Chart, render
from ansible_collections.stratum.platform.plugins.module_utils.kube.identity import key_of
from ansible_collections.stratum.platform.plugins.module_utils.kube.problem import SourceError
from testbed.build import binary

SCHEMA = {
    "type": "object",
    "properties": {"replicas": {"type": "integer"}, "color": {"enum": ["red", "blue"]}},
}
SETTINGS = """
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
data:
  replicas: {{ .Values.replicas | quote }}
  version: {{ .Capabilities.KubeVersion.Version }}
  widgets: {{ .Capabilities.APIVersions.Has "example.org/v1/Widget" | quote }}
  upgrade: {{ .Release.IsUpgrade | quote }}
"""
HOOK = """
apiVersion: v1
kind: Pod
metadata:
  name: {name}
  annotations:
    helm.sh/hook: {event}
"""
DEFINITION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: widgets.example.org
"""
Rendered = Callable[..., Chart]


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    """A chart with one object, one definition, a schema, notes, a hook and a test."""
    files = {
        "Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
        "values.yaml": "replicas: 1\n",
        "values.schema.json": json.dumps(SCHEMA),
        "templates/settings.yaml": SETTINGS,
        "templates/NOTES.txt": "kind: Nothing\n",
        "templates/hook.yaml": HOOK.format(name="migrate", event="pre-install,pre-upgrade"),
        "templates/tests/ping.yaml": HOOK.format(name="ping", event="test"),
        "crds/widgets.yaml": DEFINITION,
    }
    for name, text in files.items():
        path = tmp_path / "web" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "web"


@pytest.fixture
def rendered(chart: Path) -> Rendered:
    def call(values: Mapping[str, Any] | None = None, **options: Any) -> Chart:
        api_versions = ["v1", "example.org/v1", "example.org/v1/Widget"]
        helm = str(binary("helm"))
        return render(
            chart, "shop", "town", values or {}, "v1.36.3", api_versions, helm=helm, **options
        )

    return call


def test_a_chart_gives_its_objects_and_definitions_but_no_tests_and_notes(
    rendered: Rendered,
) -> None:
    found = rendered()
    assert [str(key_of(manifest)) for manifest in found.manifests] == [
        "CustomResourceDefinition widgets.example.org",
        "ConfigMap town/shop",
    ]
    assert [(str(hook.key), hook.events) for hook in found.hooks] == [
        ("Pod migrate", {"pre-install", "pre-upgrade"})
    ]


def test_a_chart_sees_its_values_and_the_cluster(rendered: Rendered) -> None:
    settings = rendered({"replicas": 3}, upgrade=True).manifests[-1]
    assert settings["data"] == {
        "replicas": "3",
        "version": "v1.36.3",
        "widgets": "true",
        "upgrade": "true",
    }


def test_values_that_break_the_schema_give_the_charts_own_reason(
    rendered: Rendered, chart: Path
) -> None:
    with pytest.raises(SourceError) as caught:
        rendered({"replicas": "many", "color": "green"})
    assert str(caught.value) == (
        f"{chart}: values don't meet the specifications of the schema(s) in the following "
        "chart(s):\nweb:\n"
        "- at '/color': value must be one of 'red', 'blue'\n"
        "- at '/replicas': got string, want integer\n"
        "  correct the values given to the chart, or the chart"
    )


def test_a_template_that_fails_names_its_file_and_line(rendered: Rendered, chart: Path) -> None:
    (chart / "templates" / "settings.yaml").write_text('a: 1\nb: {{ fail "no host is given" }}\n')
    with pytest.raises(SourceError) as caught:
        rendered()
    assert "web/templates/settings.yaml:2:" in caught.value.what
    assert "no host is given" in caught.value.what
    assert "\n" not in caught.value.what


def test_values_are_in_no_argument_and_in_no_file_that_stays(
    rendered: Rendered, chart: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, told = tmp_path / "helm", tmp_path / "told"
    program.write_text(
        f'#!/bin/sh\nfor last; do :; done\nstat -c %a "$last" > {told}\necho "$@" >> {told}\n'
    )
    program.chmod(0o700)
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    render(chart, "shop", "town", {"password": "swordfish"}, "v1.36.3", [], helm=str(program))
    mode, arguments = told.read_text().splitlines()
    assert (mode, "swordfish" in arguments, list(folder.iterdir())) == ("600", False, [])
