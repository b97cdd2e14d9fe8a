"""What holds for every product: the order, the bytes, and the order of writing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.stratum.platform.plugins.module_utils.product.folder import Folder
from ansible_collections.stratum.platform.plugins.module_utils.product.problem import ProductError
from ansible_collections.stratum.platform.plugins.module_utils.product.resolver import resolve
from ansible_collections.stratum.platform.plugins.module_utils.product.sources import File

TIERS = ["t0", "t1", "t2", "t3"]
SOURCE = {"repository": "https://example.org/a", "tag": "v1", "commit": "a" * 40}
LOCKED = {"version": "1", "source": SOURCE, "files": [], "images": []}


@dataclass(frozen=True)
class Written:
    """The sources of the base, with a product of its own. JSON is YAML."""

    base: Folder
    components: dict

    def __getattr__(self, name):
        return getattr(self.base, name)

    def template(self, product):
        manifest = {"product": "sample", "tiers": TIERS, "components": self.components}
        return File("product.yml.j2", json.dumps(manifest))

    def release(self, product, version):
        head = {"product": "sample", "version": "1.0.0", "released": "2026-11-21"}
        locked = dict.fromkeys(self.components, LOCKED)
        return File("release.yml", json.dumps({**head, "components": locked}))


@st.composite
def products(draw):
    """Components whose needs and references lead to earlier ones, on one or both machines."""
    components = {}
    for index, tier in enumerate(sorted(draw(st.lists(st.sampled_from(TIERS), min_size=1)))):
        earlier = st.sampled_from(list(components)) if components else st.nothing()
        used = draw(st.none() | earlier) if components else None
        settings = {"relay_target": {"output": f"{used}.url"}} if used else {}
        components[f"c{index}"] = {
            "tier": tier,
            "role": "relay",
            "on": "servers",
            "rollout": draw(st.sampled_from(["serial", "parallel"])),
            "needs": draw(st.lists(earlier, unique=True, max_size=3)) if components else [],
            "vars": {"relay_port": 2000 + index, **settings},
        }
    return components


@given(products())
def test_every_instance_comes_after_all_that_it_waits_for(base, components):
    document = resolve(Written(base, components)).document
    position = {entry["name"]: index for index, entry in enumerate(document["instances"])}
    members = {tier["name"]: tier["instances"] for tier in document["tiers"]}
    assert len(position) == 2 * len(components)
    for entry in document["instances"]:
        waits = [need["instance"] for need in entry["needs"]] + members.get(entry["after_tier"], [])
        assert all(position[name] < position[entry["name"]] for name in waits)


@given(products())
def test_the_same_input_gives_the_same_bytes(base, components):
    written = Written(base, components)
    assert resolve(written).to_bytes() == resolve(written).to_bytes()


@given(products(), st.randoms())
def test_the_order_of_writing_changes_no_edge(base, components, random):
    names = list(components)
    random.shuffle(names)
    shuffled = {name: components[name] for name in names}

    def edges(written):
        instances = resolve(Written(base, written)).document["instances"]
        return {
            entry["name"]: ({need["instance"] for need in entry["needs"]}, entry["after_tier"])
            for entry in instances
        }

    assert edges(shuffled) == edges(components)


@given(products(), st.data())
def test_a_cycle_between_components_is_always_reported(base, components, data):
    first = next(iter(components))
    last = data.draw(st.sampled_from(list(components)))
    components[last]["needs"] = list({*components[last]["needs"], first} - {last})
    components[first]["needs"] = [last]
    with pytest.raises(ProductError) as error:
        resolve(Written(base, components))
    told = [problem.what for problem in error.value.problems]
    assert any("wait for each other" in what or "waits for itself" in what for what in told)


def test_parameters_reach_the_template_with_their_types(build):
    folder = build(environment=_environment("parameters: {relay_port: 8000}\n"))
    relay = resolve(folder).document["instances"][1]
    assert relay["ports"] == {"relay_port": 8000}


def test_the_environment_may_have_another_name_than_its_folder(build):
    folder = build(environment=_environment("environment: other\n"))
    assert resolve(folder).document["environment"] == "other"


def test_roles_beside_the_environment_keep_their_short_names(build):
    folder = build(environment=_environment("roles_path: [more]\n"))
    roles = folder.collection / "roles"
    own = folder.file.parent / "more"
    own.mkdir()
    (roles / "view").rename(own / "view")
    assert [entry["role"] for entry in resolve(folder).document["instances"]] == [
        "stratum.platform.store",
        "stratum.platform.relay",
        "view",
    ]


def _environment(more: str) -> str:
    return (Path(__file__).parent / "base" / "environment.yml").read_text("utf-8") + more
