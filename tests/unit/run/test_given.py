"""Secrets of a file: what is right is taken, what is wrong is told, and no value is shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from ansible_collections.stratum.platform.plugins.module_utils.product.problem import Problem
from ansible_collections.stratum.platform.plugins.module_utils.run.given import (
    Declared,
    DecryptError,
    Given,
    Source,
    given,
    missing,
)

DECLARED: Declared = {
    "collector": {"github_secret": {"length": 40}, "signing": {"length": 32, "prefix": "whsec_"}},
    "warehouse": {"admin_password": {"length": 40}},
}
SOURCE = Source("vault", "secrets/test.yml", Path("/project/secrets/test.yml"), False)


def of(text: str, source: Source = SOURCE) -> Given:
    return given(source, lambda wanted: text, DECLARED)


def told(text: str) -> list[str]:
    return [str(problem) for problem in of(text).problems]


def test_sound_values_are_taken() -> None:
    found = of("collector:\n  github_secret: correct horse\nwarehouse: {admin_password: x}\n")
    assert found == Given(
        {("collector", "github_secret"): "correct horse", ("warehouse", "admin_password"): "x"}
    )


def test_json_is_read_as_well() -> None:
    sops = Source("sops", "secrets/test.json", Path("/project/secrets/test.json"), False)
    assert of('{"warehouse": {"admin_password": "x"}}', sops).values == {
        ("warehouse", "admin_password"): "x"
    }


def test_what_only_looks_like_a_number_elsewhere_is_text() -> None:
    assert of("warehouse: {admin_password: 0644}").values == {
        ("warehouse", "admin_password"): "0644"
    }


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "colector: {github_secret: x}",
            "secrets/test.yml:1 (key colector)\n"
            "  what: no component `colector` of this product has secrets\n"
            "  cure: write `collector`; the components with some are: collector, warehouse",
        ),
        (
            "collector: {gihub_secret: x}",
            "secrets/test.yml:1 (key collector.gihub_secret)\n"
            "  what: `collector` has no secret `gihub_secret`\n"
            "  cure: write `github_secret`; the secrets of collector are: github_secret, signing",
        ),
        (
            "\ncollector: a-value",
            "secrets/test.yml:2 (key collector)\n"
            "  what: the secrets of `collector` are text, not a map\n"
            "  cure: write {component: {key: value}}",
        ),
        (
            "[a-value]",
            "secrets/test.yml:1\n"
            "  what: it holds a list, not a map of components\n"
            "  cure: write {component: {key: value}}",
        ),
        (
            "warehouse: {admin_password: 12345}",
            "secrets/test.yml:1 (key warehouse.admin_password)\n"
            "  what: the value is a whole number, not text\n"
            "  cure: put it between quotes",
        ),
        (
            "warehouse: {admin_password: ''}",
            "secrets/test.yml:1 (key warehouse.admin_password)\n"
            "  what: the value is empty\n"
            "  cure: write the value alone; a text of several lines after `|-`",
        ),
        (
            "warehouse:\n  admin_password: |\n    a-value\n",
            "secrets/test.yml:2 (key warehouse.admin_password)\n"
            "  what: the value begins or ends with white space\n"
            "  cure: write the value alone; a text of several lines after `|-`",
        ),
        (
            "collector: {signing: a-value}",
            "secrets/test.yml:1 (key collector.signing)\n"
            "  what: the value does not begin with `whsec_`\n"
            "  cure: write `whsec_` before it",
        ),
        (
            "",
            "secrets/test.yml\n"
            "  what: it is empty\n"
            "  cure: write a map {component: {key: value}}: `ansible-vault edit secrets/test.yml`",
        ),
        (
            "warehouse:\n  admin_password: a-value: b\n",
            "secrets/test.yml:2\n"
            "  what: what it decrypts to is not valid YAML\n"
            "  cure: write a map {component: {key: value}}: `ansible-vault edit secrets/test.yml`",
        ),
    ],
    ids=[
        "unknown component",
        "unknown key",
        "no map of keys",
        "no map of components",
        "a number",
        "empty",
        "a line break",
        "no prefix",
        "nothing",
        "no YAML",
    ],
)
def test_a_fault_is_told_with_its_place_and_cure_but_not_its_value(text: str, problem: str) -> None:
    assert told(text) == [problem]
    assert "a-value" not in problem


def test_all_faults_are_told_together_and_the_rest_is_taken() -> None:
    found = of("collector: {github_secret: x, signing: y}\nwarehouse: {password: z}\n")
    assert [problem.key for problem in found.problems] == [
        "collector.signing",
        "warehouse.password",
    ]
    assert found.values == {("collector", "github_secret"): "x"}


def test_a_file_that_cannot_be_decrypted_is_told() -> None:
    def refuse(source: Source) -> str:
        raise DecryptError("it is not encrypted", "encrypt it")

    found = given(SOURCE, refuse, DECLARED)
    assert found == Given({}, (Problem("secrets/test.yml", "it is not encrypted", "encrypt it"),))


WANTED = [("warehouse", "admin_password"), ("collector", "signing")]


def test_secrets_that_the_file_lacks_are_told_together() -> None:
    assert str(missing(SOURCE, Given({}), WANTED, DECLARED)) == (
        "secrets/test.yml\n"
        "  what: it gives no value for collector.signing, warehouse.admin_password\n"
        "  cure: add them with `ansible-vault edit secrets/test.yml`, or let what is missing be "
        "generated: `missing: generate` beside the file's name in the environment"
    )


def test_nothing_is_missing_where_all_is_given_or_may_be_generated() -> None:
    generous = Source("vault", SOURCE.name, SOURCE.path, True)
    assert missing(SOURCE, Given(dict.fromkeys(WANTED, "x")), WANTED, DECLARED) is None
    assert missing(generous, Given({}), WANTED, DECLARED) is None


def test_the_password_of_a_registry_is_missed_where_others_are_generated() -> None:
    generous = Source("vault", SOURCE.name, SOURCE.path, True)
    wanted = [*WANTED, ("registries", "example")]
    declared = {**DECLARED, "registries": {"example": {"given": True}}}
    assert str(missing(generous, Given({}), wanted, declared)) == (
        "secrets/test.yml\n"
        "  what: it gives no value for registries.example\n"
        "  cure: add it with `ansible-vault edit secrets/test.yml`"
    )


def test_what_is_missing_in_a_faulty_file_is_told_when_the_faults_are_gone() -> None:
    faulty = Given({}, (Problem("secrets/test.yml", "a", "b"),))
    assert missing(SOURCE, faulty, WANTED, DECLARED) is None


@examples(text=st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    found = of(text)
    assert set(found.values) <= {(name, key) for name, keys in DECLARED.items() for key in keys}


def test_the_source_is_that_of_the_environment() -> None:
    said = {"kind": "sops", "name": "a.yml", "path": "/p/a.yml", "missing": "generate"}
    found = Source.of({"stratum_secrets_file": said})
    assert found == Source("sops", "a.yml", Path("/p/a.yml"), True)
    assert Source.of({}) is None
