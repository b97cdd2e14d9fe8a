"""The example of one's own components resolves, as `playbooks/validate` would show it."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.stratum.platform.plugins.module_utils.product.folder import Folder
from ansible_collections.stratum.platform.plugins.module_utils.product.resolver import resolve

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "knowledge"


def test_the_example_resolves_in_tier_order() -> None:
    document = resolve(Folder(EXAMPLE / "inventories" / "knowledge" / "product.yml")).document
    assert document["tiers"] == [
        {"name": "storage", "instances": ["neo4j", "qdrant"]},
        {"name": "work", "instances": ["cloudquery"]},
    ]


def test_every_file_that_the_example_names_is_there() -> None:
    document = resolve(Folder(EXAMPLE / "inventories" / "knowledge" / "product.yml")).document
    variables = [instance["vars"] for instance in document["instances"]]
    named = [each["chart_path"] for each in variables if "chart_path" in each]
    named += [
        source["template"]
        for each in variables
        for source in each.get("manifest_sources", [])
        if "template" in source
    ]
    assert sorted(named) == ["charts/qdrant", "files/cloudquery.yaml.j2", "files/neo4j.yaml.j2"]
    assert [name for name in named if not (EXAMPLE / name).exists()] == []
