"""The product that is shipped: it resolves, and its lock says where everything comes from."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from ansible_collections.stratum.platform.plugins.module_utils.product.folder import Folder
from ansible_collections.stratum.platform.plugins.module_utils.product.resolver import resolve

ROOT = Path(__file__).parents[3]
LOCKS = sorted(ROOT.glob("products/*/releases/*.yml"))
INVENTORIES = sorted(ROOT.glob("inventories/*/product.yml"))
COMPONENTS = [
    pytest.param(entry, id=f"{lock.parents[1].name}-{lock.stem}-{name}")
    for lock in LOCKS
    for name, entry in yaml.safe_load(lock.read_text("utf-8"))["components"].items()
]
LOCK = """components:
  own:
    version: 1.0.0
    source:
      repository: https://github.com/stratum-platform/stratum
      tag: v1.0.0
      commit: null  # not cut
    files: []
    images: []
  other:
    source:
      repository: https://example.org/other
      commit: null
    files: []
"""


def test_the_demo_resolves_in_tier_order():
    document = resolve(Folder(ROOT / "inventories" / "demo" / "product.yml")).document
    assert document["tiers"] == [
        {"name": "storage", "instances": ["object_store@local", "warehouse@local"]},
        {"name": "ingest", "instances": ["collector@local", "etl@local"]},
        {"name": "present", "instances": ["console@local"]},
    ]


@pytest.mark.parametrize("inventory", INVENTORIES, ids=lambda path: path.parent.name)
def test_every_environment_that_is_shipped_resolves(inventory):
    assert resolve(Folder(inventory)).document["instances"]


@pytest.mark.parametrize("entry", COMPONENTS)
def test_every_component_has_a_source_repository_tag_and_commit(entry):
    source = entry["source"]
    assert source["repository"].startswith("https://")
    assert source["tag"]
    assert re.fullmatch("[0-9a-f]{40}", source["commit"] or ""), (
        "cut the release: python products/lock.py <lock> --commit $(git rev-parse HEAD)"
    )


@pytest.mark.parametrize("entry", COMPONENTS)
def test_every_file_has_a_sha256_and_every_image_a_digest(entry):
    assert all(re.fullmatch("[0-9a-f]{64}", file["sha256"]) for file in entry["files"])
    assert all(re.search("@sha256:[0-9a-f]{64}$", image) for image in entry["images"])


@pytest.mark.parametrize("kind", ["product", "parameters", "release", "environment", "component"])
def test_every_schema_is_a_schema_in_which_every_rule_says_what_is_right(kind):
    schema = Folder(ROOT / "inventories" / "demo" / "product.yml").schema(kind)
    Draft202012Validator.check_schema(schema)
    bare = [rule for rule in _rules(schema) if "type" in rule and "description" not in rule]
    assert bare == []


def test_the_resolver_does_without_ansible():
    code = (
        "import sys; sys.path.insert(0, '.collections')\n"
        "from ansible_collections.stratum.platform.plugins.module_utils.product import hosts\n"
        "print([name for name in sys.modules if name.split('.')[0] == 'ansible'])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_cutting_a_release_writes_only_our_own_commit_and_files():
    text = _lock().cut(LOCK, "a" * 40, {"own": [("own.whl", "b" * 64)]})
    files = f"files:\n      - name: own.whl\n        sha256: {'b' * 64}\n"
    assert text == LOCK.replace("null  # not cut", "a" * 40).replace("files: []\n", files, 1)


def test_a_release_is_not_cut_with_half_a_commit():
    lock = _lock()
    with pytest.raises(lock.LockError) as error:
        lock.cut(LOCK, "8acd699", {})
    assert str(error.value) == (
        "`8acd699` is not a commit: give the 40 hex digits of git rev-parse"
    )


def test_a_release_is_not_cut_with_files_of_others():
    lock = _lock()
    with pytest.raises(lock.LockError) as error:
        lock.cut(LOCK, "a" * 40, {"other": []})
    assert str(error.value) == "`other` is not one of our own components: own"


def _rules(schema):
    """Every rule of a schema, the schema itself first."""
    if isinstance(schema, dict):
        if "properties" in schema or "type" in schema or "enum" in schema:
            yield schema
        for item in schema.values():
            yield from _rules(item)
    elif isinstance(schema, list):
        for item in schema:
            yield from _rules(item)


def _lock():
    spec = importlib.util.spec_from_file_location("lock", ROOT / "products" / "lock.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
