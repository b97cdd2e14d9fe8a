"""The release lock of a commit."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml
from release import lock
from release.tree import ReleaseError
from release.version import Built

from ansible_collections.stratum.platform.plugins.module_utils.product.folder import Folder
from ansible_collections.stratum.platform.plugins.module_utils.product.resolver import resolve

ROOT = Path(__file__).resolve().parents[3]
COMMIT = "0123456789abcdef0123456789abcdef01234567"
BUILT = Built("1.0.0-g0123456789ab", COMMIT, "g0123456789ab", "https://github.com/fork/stratum")
PLACE = "registry.example.org/fork"
DIGESTS = {
    name: f"sha256:{number:064x}"
    for number, name in enumerate(["collector", "etl", "warehouse", "console", "store", "minio"])
}


def image(name: str) -> str:
    return f"{PLACE}/{name}:{BUILT.version}@{DIGESTS[name]}"


@pytest.mark.parametrize(
    ("product", "release"), [("observability", "1.1.0"), ("delivery", "1.0.0")]
)
def test_a_product_on_kubernetes_resolves_with_the_images_of_the_commit(tmp_path, product, release):
    made = lock.written(lock.read(ROOT, product, release), BUILT, PLACE, DIGESTS)
    shutil.copytree(ROOT / "products", tmp_path / "products")
    target = tmp_path / "products" / product / "releases" / f"{made['version']}.yml"
    shutil.move(lock.write(tmp_path, release, made), target)
    components = [*lock.WANTED]
    parameters = {
        "observability": {"place": "cluster", "server": "main", "delivery": True},
        "delivery": {"on_cluster": components},
    }
    environment = tmp_path / "inventories" / "a" / "product.yml"
    environment.parent.mkdir(parents=True)
    described = {
        "plugin": "stratum.platform.product",
        "product": product,
        "release": made["version"],
        "clusters": {"main": {"kubeconfig": "kubeconfig"}},
        "parameters": parameters[product],
    }
    environment.write_text(json.dumps(described))
    found = {
        each["name"]: each for each in resolve(Folder(environment, ROOT)).document["instances"]
    }
    assert found["object_store"]["images"] == [image("minio"), image("store")]
    assert found["collector"]["images"] == [image("collector")]
    assert found["collector"]["source"] == {
        "repository": "https://github.com/fork/stratum",
        "tag": "g0123456789ab",
        "commit": COMMIT,
    }


def test_what_is_not_ours_stays_as_it_was():
    before = lock.read(ROOT, "observability", "1.1.0")
    after = lock.written(before, BUILT, PLACE, DIGESTS)
    same = set(before["components"]) - set(lock.WANTED)
    assert {name: after["components"][name] for name in same} == {
        name: before["components"][name] for name in same
    }
    assert after["components"]["object_store"]["files"]


def test_the_file_reads_as_what_was_written_with_its_day_as_text(tmp_path):
    made = lock.written(lock.read(ROOT, "observability", "1.1.0"), BUILT, PLACE, DIGESTS)
    path = lock.write(tmp_path, "1.1.0", made)
    assert path.name == "observability-1.1.0-g0123456789ab.yml"
    assert yaml.safe_load(path.read_text()) == made
    assert made["released"] == "2026-11-21"


def test_an_image_without_a_digest_is_refused_and_all_are_named():
    given = {**DIGESTS, "etl": "1.0.0"}
    del given["console"]
    with pytest.raises(ReleaseError) as caught:
        lock.written(lock.read(ROOT, "delivery", "1.0.0"), BUILT, PLACE, given)
    assert str(caught.value) == (
        "the digest of the image etl is 1.0.0: make images; "
        "the digest of the image console is not given: make images"
    )


def test_a_release_that_is_not_there_is_named():
    with pytest.raises(ReleaseError) as caught:
        lock.read(ROOT, "delivery", "9.9.9")
    assert str(caught.value) == (
        "there is no release 9.9.9 of delivery: products/delivery/releases/9.9.9.yml"
    )
