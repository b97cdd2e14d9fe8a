"""The forms that a task's sources may have."""

from __future__ import annotations

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.kube import sources
from ansible_collections.stratum.platform.plugins.module_utils.kube.problem import SourceError
from ansible_collections.stratum.platform.tests.unit.kube.objects import OWNER

TEXT = "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s}}\n"


def names(entries: list, tmp_path) -> list[tuple[str, str]]:
    def find(name: str) -> str:
        return str(tmp_path / name)

    finder = sources.Finder(lambda name: TEXT % "rendered", find)
    found = sources.read(entries, finder, None, OWNER)  # no chart: no cluster is asked
    return [(source.manifest["metadata"]["name"], source.where) for source in found.objects]


def refusal(entry: object, tmp_path) -> str:
    with pytest.raises(SourceError) as caught:
        names([entry], tmp_path)
    return str(caught.value)


def test_sources_are_read_in_their_order(tmp_path):
    (tmp_path / "one.yml").write_text(TEXT % "one")
    inline = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "inline"}}
    entries = [{"objects": [inline]}, {"manifest": "one.yml"}, {"template": "t.yml.j2"}]
    assert names(entries, tmp_path) == [
        ("inline", "sources[0].objects[0]"),
        ("one", "one.yml:1"),
        ("rendered", "t.yml.j2 (rendered):1"),
    ]


def test_a_folder_is_read_by_name_with_the_folders_in_it(tmp_path):
    (tmp_path / "all" / "inner").mkdir(parents=True)
    for name in ("b.yaml", "a.yml", "inner/c.json"):
        (tmp_path / "all" / name).write_text(TEXT % "a")
    (tmp_path / "all" / "README.md").write_text("not yaml: [")
    assert [where for _, where in names([{"manifest": "all"}], tmp_path)] == [
        "all/a.yml:1",
        "all/b.yaml:1",
        "all/inner/c.json:1",
    ]


def test_a_hook_is_one_whatever_it_comes_from_and_tests_are_dropped(tmp_path):
    def annotated(name: str, event: str) -> dict:
        metadata = {"name": name, "annotations": {"helm.sh/hook": event}}
        return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata}

    plain = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "plain"}}
    pods = [plain, annotated("first", "pre-install,pre-upgrade"), annotated("tried", "test")]
    finder = sources.Finder(str, str)
    found = sources.read([{"objects": pods}], finder, None, OWNER)
    assert [source.manifest["metadata"]["name"] for source in found.objects] == ["plain"]
    assert [hook.key.name for hook in found.hooks] == ["first"]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (
            {"template": "a", "chart": "b"},
            "sources[0]: it has 2 of template, manifest, objects, chart, url\n  give exactly one",
        ),
        (
            {"templat": "a"},
            "sources[0]: it has none of template, manifest, objects, chart, url\n"
            "  give exactly one",
        ),
        (
            {"chart": "a", "value": {}},
            "sources[0]: a chart has no value\n  the keys beside `chart`: release, sha256, values",
        ),
        ({"url": "https://a"}, "sources[0]: the url has no sha256\n  add the file's sha256"),
        ({"objects": {}}, "sources[0]: `objects` is not a list\n  write a list of objects"),
    ],
    ids=["two forms", "no form", "unknown key", "no digest", "no list"],
)
def test_a_source_of_another_form_is_refused(entry, message, tmp_path):
    assert refusal(entry, tmp_path) == message
