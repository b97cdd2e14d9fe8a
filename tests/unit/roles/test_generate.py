"""The tables of the roles' README files are those of their meta."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[3] / "docs" / "generate.py"
spec = importlib.util.spec_from_file_location("generate", SCRIPT)
assert spec and spec.loader
generate = importlib.util.module_from_spec(spec)
spec.loader.exec_module(generate)

SPECS = """
argument_specs:
  main:
    options:
      etl_mode: {type: str, choices: [a, b], default: a, description: ["How, C(a) or", "else."]}
      etl_key: {type: str, no_log: true, required: true, description: Key.}
      etl_list: {type: list, elements: str, default: [x], description: List.}
      etl_dir: {type: path, default: "{{ a | dirname }}", description: Folder.}
"""
COMPONENT = """
component:
  outputs: {url: {type: url, value: "http://{{ a }}", description: where}}
  readiness:
    - {kind: http, url: "http://{{ a }}/healthz", json: {revision: "1"}}
    - {kind: tcp, host: "{{ a }}", port: 80}
"""


@pytest.fixture
def readme(tmp_path: Path) -> Path:
    role = tmp_path / "etl"
    (role / "meta").mkdir(parents=True)
    (role / "meta" / "argument_specs.yml").write_text(SPECS)
    (role / "meta" / "component.yml").write_text(COMPONENT)
    return role / "README.md"


def test_no_readme_is_stale() -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_table_of_inputs(readme: Path) -> None:
    readme.write_text("# etl\n<!-- generated: inputs -->\nold\n<!-- end -->\nafter\n")
    assert generate.fresh(readme) == (
        "# etl\n"
        "<!-- generated: inputs -->\n"
        "| variable | type | default | meaning |\n"
        "| --- | --- | --- | --- |\n"
        "| `etl_mode` | str | `a` | How, `a` or else. One of `a`, `b`. |\n"
        "| `etl_key` | str, secret | required | Key. |\n"
        '| `etl_list` | list of str | `["x"]` | List. |\n'
        "| `etl_dir` | path | `{{ a \\| dirname }}` | Folder. |\n"
        "<!-- end -->\n"
        "after\n"
    )


def test_the_tables_of_outputs_and_readiness(readme: Path) -> None:
    readme.write_text(
        "<!-- generated: outputs -->\n<!-- end -->\n<!-- generated: readiness -->\n<!-- end -->\n"
    )
    assert generate.fresh(readme) == (
        "<!-- generated: outputs -->\n"
        "| output | type | value | meaning |\n"
        "| --- | --- | --- | --- |\n"
        "| `etl.url` | url | `http://{{ a }}` | where |\n"
        "<!-- end -->\n"
        "<!-- generated: readiness -->\n"
        "| probe | of | wanted |\n"
        "| --- | --- | --- |\n"
        '| http | `http://{{ a }}/healthz` | status `200`, json `{"revision": "1"}` |\n'
        "| tcp | `{{ a }}` | port `80` |\n"
        "<!-- end -->\n"
    )


def test_what_is_fresh_stays_as_it_is(readme: Path) -> None:
    readme.write_text("<!-- generated: inputs -->\n<!-- end -->\n")
    readme.write_text(generate.fresh(readme))
    assert generate.fresh(readme) == readme.read_text()


def test_an_unknown_table_is_named(readme: Path) -> None:
    readme.write_text("<!-- generated: input -->\n<!-- end -->\n")
    with pytest.raises(generate.StaleError) as error:
        generate.fresh(readme)
    assert str(error.value) == (
        f"{readme}: there is no table 'input'; there are inputs, outputs, readiness"
    )
