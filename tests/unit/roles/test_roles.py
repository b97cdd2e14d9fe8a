"""Every role has one shape (DESIGN §4.2), and says the same in its defaults, meta and README."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
ALL = sorted(path for path in (ROOT / "roles").iterdir() if path.is_dir())
# `component` is the lifecycle, `program` and `workload` are parts of other roles: none is a
# component of a product, so they have no component.yml, hence no drivers and no preflight.
INTERNAL = {"component", "k3s_reset", "program", "workload"}
COMPONENTS = [role for role in ALL if role.name not in INTERNAL]

# Chosen by a variable.
BY_NAME = {"program": {"wheels.yml", "virtual_environment.yml", "file.yml", "packages.yml"}}
NEEDED_BY_ALL = {
    "README.md",
    "defaults/main.yml",
    "meta/argument_specs.yml",
    "meta/main.yml",
    "tasks/absent.yml",
    "tasks/main.yml",
}
NEEDED_BY_COMPONENTS = NEEDED_BY_ALL | {"meta/component.yml", "tasks/preflight.yml"}
ALLOWED = re.compile(
    r"(vars|handlers)/main\.yml|templates/[\w.]+\.j2|files/[\w./-]+|tasks/\w+\.yml"
)
DRIVERS = {"host", "kubernetes"}
SECRET_NAME = re.compile(
    r"password|token|(?<!pull_)secret|identities|private|credential|(?<!re)sources$"
)

every_role = pytest.mark.parametrize("role", ALL, ids=lambda role: role.name)
every_component = pytest.mark.parametrize("role", COMPONENTS, ids=lambda role: role.name)


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def options(role: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = read(role / "meta" / "argument_specs.yml")["argument_specs"][
        "main"
    ]["options"]
    return found


def component(role: Path) -> dict[str, Any]:
    found: dict[str, Any] = read(role / "meta" / "component.yml")["component"]
    return found


def files(role: Path) -> set[str]:
    return {str(path.relative_to(role)) for path in role.rglob("*") if path.is_file()}


def tasks(role: Path) -> list[dict[str, Any]]:
    """All tasks, those in blocks too."""
    found: list[dict[str, Any]] = []
    left = [task for path in sorted((role / "tasks").glob("*.yml")) for task in read(path)]
    while left:
        task = left.pop()
        found.append(task)
        left += [inner for key in ("block", "rescue", "always") for inner in task.get(key, [])]
    return found


def test_the_internal_roles_are_there() -> None:
    assert {role.name for role in ALL} >= INTERNAL
    assert len(COMPONENTS) >= 5


@every_role
def test_it_has_the_fixed_set_of_files(role: Path) -> None:
    needed = NEEDED_BY_ALL if role.name in INTERNAL else NEEDED_BY_COMPONENTS
    assert needed - files(role) == set()
    extra = files(role) - needed
    assert {name for name in extra if not ALLOWED.fullmatch(name)} == set()


@every_component
def test_it_has_the_tasks_of_its_drivers_and_of_no_other(role: Path) -> None:
    there = {driver for driver in DRIVERS if f"tasks/{driver}.yml" in files(role)}
    assert there == set(component(role)["drivers"])


@every_component
def test_every_driver_begins_with_the_checks(role: Path) -> None:
    drivers = [role / "tasks" / f"{driver}.yml" for driver in component(role)["drivers"]]
    firsts = {read(path)[0].get("ansible.builtin.import_tasks") for path in drivers}
    assert firsts == {"preflight.yml"}


@every_role
def test_every_further_file_of_tasks_is_included(role: Path) -> None:
    entries = {"main", "absent", "preflight", *DRIVERS}
    ways = ("ansible.builtin.include_tasks", "ansible.builtin.import_tasks")
    included = {task.get(way) for task in tasks(role) for way in ways}
    included |= BY_NAME.get(role.name, set())
    further = {path.name for path in (role / "tasks").glob("*.yml") if path.stem not in entries}
    assert further - included == set()


@every_role
def test_every_template_is_used(role: Path) -> None:
    places = [*(role / "tasks").glob("*.yml"), *(role / "vars").glob("*.yml")]
    text = "".join(path.read_text() for path in [*places, *(role / "templates").glob("*")])
    unused = [path.name for path in (role / "templates").glob("*") if path.name not in text]
    assert unused == []


@every_role
def test_the_defaults_are_those_of_the_argument_specs(role: Path) -> None:
    stated = {name: option["default"] for name, option in options(role).items()}
    assert read(role / "defaults" / "main.yml") == stated


@every_role
def test_every_default_has_the_type_that_its_option_states(role: Path) -> None:
    kinds = {
        "str": str,
        "path": str,
        "int": int,
        "float": float,
        "bool": bool,
        "list": list,
        "dict": dict,
    }
    wrong = {
        name: option["default"]
        for name, option in options(role).items()
        if "{{" not in str(option["default"])
        and type(option["default"]) is not kinds[option["type"]]
    }
    assert wrong == {}


@every_role
def test_what_looks_secret_is_never_logged(role: Path) -> None:
    logged = [
        name
        for name, option in options(role).items()
        if SECRET_NAME.search(name.removeprefix(role.name))
        and option["type"] != "bool"
        and not option.get("no_log")
    ]
    assert logged == []


@every_role
def test_every_secret_has_an_empty_default(role: Path) -> None:
    filled = [n for n, o in options(role).items() if o.get("no_log") and o["default"]]
    assert filled == []


@every_role
def test_every_option_is_described(role: Path) -> None:
    undescribed = [name for name, option in options(role).items() if not option["description"]]
    assert undescribed == []


@every_role
def test_its_variables_bear_its_name(role: Path) -> None:
    public, private = f"{role.name}_", f"__{role.name}_"
    variables = role / "vars" / "main.yml"
    named = set(read(role / "defaults" / "main.yml"))
    assert {name for name in named if not name.startswith(public)} == set()
    internal = set(read(variables)) if variables.exists() else set()
    assert {name for name in internal if not name.startswith(private)} == set()


@every_role
def test_what_its_tasks_set_bears_its_name(role: Path) -> None:
    registered = {task["register"] for task in tasks(role) if "register" in task}
    facts = {
        name
        for task in tasks(role)
        for name in task.get("ansible.builtin.set_fact", {})
        if name not in ("cacheable", "{{ item.key }}")  # `component` hands over the inputs
    }
    prefixes = (f"{role.name}_", f"__{role.name}_")
    assert {name for name in registered | facts if not name.startswith(prefixes)} == set()


@every_role
def test_every_role_that_it_uses_is_given_only_variables_that_exist(role: Path) -> None:
    for task in tasks(role):
        used = task.get("ansible.builtin.include_role", {}).get("name", "")
        other = ROOT / "roles" / used.rpartition(".")[2]
        if other.is_dir() and other.name != "roles":
            assert set(task.get("vars", {})) - set(options(other)) == set()


@every_role
def test_every_task_has_a_name_and_the_full_name_of_its_module(role: Path) -> None:
    keywords = {"name", "when", "loop", "loop_control", "register", "vars", "no_log", "diff"}
    keywords |= {"changed_when", "failed_when", "block", "rescue", "always", "notify", "check_mode"}
    for task in tasks(role):
        assert task.get("name"), task
        modules = set(task) - keywords
        assert all(module.count(".") == 2 for module in modules), modules
        assert len(modules) == (0 if "block" in task else 1), task["name"]


@every_component
def test_a_loop_over_secrets_is_never_logged(role: Path) -> None:
    secret = {name for name, option in options(role).items() if option.get("no_log")}
    told = [
        task["name"]
        for task in tasks(role)
        if any(re.search(rf"{{{{.*\b{name}\b", str(task.get("loop"))) for name in secret)
        and not task.get("no_log")
    ]
    assert told == []


@every_component
def test_its_meta_is_what_the_schema_asks_for(role: Path) -> None:
    schema = json.loads((ROOT / "products" / "schema" / "component.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(read(role / "meta" / "component.yml"))


@every_component
def test_its_ports_are_whole_numbers_among_its_defaults(role: Path) -> None:
    defaults = read(role / "defaults" / "main.yml")
    assert {name: type(defaults.get(name)) for name in component(role).get("ports", [])} == {
        # The port of a cluster's nodes is the cluster's to give.
        name: int
        for name in defaults
        if name.endswith("_port") and not name.endswith("_node_port")
    }


@every_component
def test_what_its_meta_computes_from_exists(role: Path) -> None:
    meta = json.dumps(component(role))
    used = {
        name for text in re.findall(r"{{(.*?)}}", meta) for name in re.findall(r"[a-z_]+", text)
    }
    of_role = {name for name in used if name.startswith(f"{role.name}_")}
    assert of_role - set(options(role)) == set()


@every_component
def test_each_of_its_outputs_is_described(role: Path) -> None:
    outputs = component(role).get("outputs", {})
    assert [name for name, spec in outputs.items() if not spec.get("description")] == []


@every_component
def test_the_folders_that_it_is_built_from_are_in_the_checkout(role: Path) -> None:
    first = {source.partition("/")[0] for source in component(role).get("sources", [])}
    assert {name for name in first if not (ROOT / name).is_dir()} == set()


@every_component
def test_the_units_that_it_writes_itself_are_known_by_its_meta(role: Path) -> None:
    """By them it is known who holds a port."""
    path = role / "vars" / "main.yml"
    unit = str(read(path).get(f"__{role.name}_unit", "")) if path.is_file() else ""
    named = set(re.findall(r"[a-z0-9-]+[.]service", unit))
    assert named == set(component(role).get("units", []))


@every_role
def test_its_main_tasks_only_include(role: Path) -> None:
    """The internal roles are what others include: theirs do the work."""
    text = (role / "tasks" / "main.yml").read_text()
    assert len(text.splitlines()) <= 40
    if role.name not in INTERNAL:
        assert {key for task in read(role / "tasks" / "main.yml") for key in task} == {
            "name",
            "ansible.builtin.include_tasks",
        }


@every_role
def test_its_readme_names_every_variable(role: Path) -> None:
    text = (role / "README.md").read_text()
    assert [name for name in options(role) if f"| `{name}` |" not in text] == []


@every_component
def test_its_readme_says_what_an_operator_asks(role: Path) -> None:
    lines = (role / "README.md").read_text().splitlines()
    assert [line for line in lines if line.startswith("#")] == [
        f"# {role.name}",
        "## Inputs",
        "## Outputs",
        "## Readiness",
        "## What uninstalling leaves",
    ]
    assert f"name=stratum.platform.{role.name}" in "\n".join(lines[:6])
