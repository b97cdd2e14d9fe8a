"""A template may be put together of parts, and messages still name the line that is at fault."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.product.folder import Folder
from ansible_collections.stratum.platform.plugins.module_utils.product.parts import assemble
from ansible_collections.stratum.platform.plugins.module_utils.product.problem import (
    Problem,
    ProductError,
)
from ansible_collections.stratum.platform.plugins.module_utils.product.sources import File
from ansible_collections.stratum.platform.plugins.module_utils.product.template import render


@dataclass
class Parts:
    """Sources of which only the parts are asked."""

    texts: dict[str, str] = field(default_factory=dict)

    def part(self, name):
        return File(f"products/{name}", self.texts.get(name))

    def parts(self):
        return sorted(self.texts)


def test_a_part_stands_where_it_is_named_and_its_lines_keep_their_place():
    parts = Parts({"a/x.yml.j2": "one\ntwo\n"})
    whole = assemble(File("p", 'before\n  {% include "a/x.yml.j2" %}\nafter\n'), parts)
    assert whole.text == "before\none\ntwo\nafter\n"
    assert whole.places == ("p:1", "products/a/x.yml.j2:1", "products/a/x.yml.j2:2", "p:3", "p:4")


def test_parts_may_have_parts_of_their_own():
    parts = Parts({"a/x": "x\n{%- include 'a/y' -%}", "a/y": "y"})
    assert assemble(File("p", '{% include "a/x" %}'), parts).text == "x\ny"


def test_a_part_sees_the_macros_and_variables_of_what_is_around_it():
    parts = Parts({"a/x": "{{ greeting() }} {{ name }}"})
    text = '{% macro greeting() %}hello{% endmacro %}{% set name = "you" %}\n{% include "a/x" %}\n'
    rendered = render("p", assemble(File("p", text), parts), {}, [])
    assert rendered is not None
    assert rendered.text.strip() == "hello you"


def test_a_fault_in_a_part_is_told_with_the_part_s_own_line():
    parts = Parts({"a/x": "fine\n{{ parameters.prot }}"})
    problems: list[Problem] = []
    whole = assemble(File("p", 'one\ntwo\n{% include "a/x" %}'), parts)
    assert render("p", whole, {"parameters": {"port": 1}}, problems) is None
    (problem,) = problems
    assert str(problem) == (
        "products/a/x:2\n"
        "  what: `parameters.prot` is not defined\n"
        "  cure: write `port`; the parameters are: port"
    )


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (
            {"delivery/services.yml.j2": ""},
            "p:2\n"
            "  what: there is no part `delivery/service.yml.j2`: "
            "products/delivery/service.yml.j2 is not there\n"
            "  cure: write `delivery/services.yml.j2`; the parts are: delivery/services.yml.j2",
        ),
        (
            {"delivery/service.yml.j2": "a\nb\n{% include 'delivery/service.yml.j2' %}"},
            "products/delivery/service.yml.j2:3\n"
            "  what: the part `delivery/service.yml.j2` includes itself\n"
            "  cure: take this line away",
        ),
    ],
)
def test_a_part_that_cannot_be_put_in_is_one_problem(texts, said):
    with pytest.raises(ProductError) as error:
        assemble(File("p", 'one\n{% include "delivery/service.yml.j2" %}\n'), Parts(texts))
    assert [str(problem) for problem in error.value.problems] == [said]


def test_a_project_s_part_comes_before_the_collection_s(tmp_path):
    environment = tmp_path / "inventories" / "e" / "product.yml"
    own = tmp_path / "products" / "delivery" / "services.yml.j2"
    for path in (environment, own):
        path.parent.mkdir(parents=True)
        path.write_text("own\n", encoding="utf-8")
    folder = Folder(environment)
    assert folder.part("delivery/services.yml.j2").text == "own\n"
    assert folder.part("observability/machines.yml.j2").text
    assert {"delivery/services.yml.j2", "observability/clusters.yml.j2"} <= set(folder.parts())


@pytest.mark.parametrize("name", ["../secret", "a/../../x", "a", "a/b/c", "/etc/passwd", ""])
def test_a_part_lies_in_a_product_s_folder(tmp_path: Path, name):
    assert Folder(tmp_path / "inventories" / "e" / "product.yml").part(name).text is None
