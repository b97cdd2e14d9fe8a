"""What ansible-test is told to leave out, with the reason at each entry.

It imports every plugin without the controller's requirements. Of what runs on machines
(plugins/modules) nothing may be left out there: it is an error where one of them needs a package.
An entry without need is one as well to ansible-test, so the list is exact.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.versions.combinations import CORES, PYTHONS
from tests.versions.environment import ROOT

PLUGINS = ROOT / "plugins"
COLLECTION = "ansible_collections.stratum.platform."
KNOWN = {*sys.stdlib_module_names, "ansible", "ansible_collections", "__future__"}
# Where only the controller imports it, ansible-test has what ansible-core itself needs.
OF_CORE = {"yaml", "jinja2", "packaging"}
CONTROLLER = "runs on the controller alone, with requirements/controller.txt"
# pylint's list of names that say nothing; `_` is ours for a value that is not used.
DISALLOWED = {"_", "bar"}
NAMES = "a bar is what the timeline draws, and _ is no translation here"
# By hand: findings that are wrong.
ONE = "the mapping has one entry there"
UNIONS = "Python 3.11 or newer is needed everywhere"
BY_HAND = (
    f"plugins/module_utils/product/manifest.py pylint:stop-iteration-return # {ONE}",
    f"plugins/module_utils/product/document.py pylint:unsupported-binary-operation # {UNIONS}",
    f"plugins/module_utils/product/needs.py pylint:unsupported-binary-operation # {UNIONS}",
    f"plugins/module_utils/host/listeners.py pylint:unsupported-binary-operation # {UNIONS}",
    f"plugins/module_utils/run/wait.py pylint:unsupported-binary-operation # {UNIONS}",
)

# Told since 2.21: these rooms import nothing of Ansible, so they have no module to ask.
PROGRAMS = "this room imports no Ansible, so it has no run_command"
SINCE_2_21 = tuple(
    f"plugins/module_utils/{name}.py pylint:ansible-bad-function # {PROGRAMS}"
    for name in (
        "artifact/wheels",
        "database/mariadb",
        "host/supervisord",
        "host/systemd",
        "k3s/machine",
        "kube/chart",
        "product/folder",
        "run/sops",
    )
)


def needy() -> list[str]:
    """Files of plugins that need a package of the controller, by themselves or by what they use."""
    files = sorted(path for path in PLUGINS.rglob("*.py") if _packages(path) - _had(path))
    wrong = [path.name for path in files if path.parent.name == "modules"]
    if wrong:
        raise SystemExit(f"these run on machines, which have no packages: {', '.join(wrong)}")
    return [path.relative_to(ROOT).as_posix() for path in files]


def _had(path: Path) -> set[str]:
    """Packages that are there when ansible-test imports a file."""
    return set() if path.is_relative_to(PLUGINS / "module_utils") else OF_CORE


def write(folder: Path) -> None:
    """Write `ignore-*.txt`, one for each release line of ansible-core."""
    controllers, short = needy(), list(_with_short_names())
    for core in CORES:
        lines = [
            f"{name} import-{python} # {CONTROLLER}"
            for name in controllers
            for python in PYTHONS
            if _is_imported(name, python, core.oldest_python)
        ]
        lines += [f"{name} pylint:disallowed-name # {NAMES}" for name in short]
        lines += SINCE_2_21 if core.line in ("2.21", "2.22") else ()
        (folder / f"ignore-{core.line}.txt").write_text("\n".join([*lines, *BY_HAND]) + "\n")


def _with_short_names() -> Iterator[str]:
    """Files in which one of the disallowed names is given to something."""
    for path in (*sorted(PLUGINS.rglob("*.py")), ROOT / "docs" / "generate.py"):
        if DISALLOWED & set(_given_names(ast.parse(path.read_text("utf-8")))):
            yield path.relative_to(ROOT).as_posix()


def _given_names(tree: ast.Module) -> Iterator[str]:
    """The names that pylint looks at: those of variables, and of functions' arguments."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            every = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
            yield from (argument.arg for argument in every)


def _is_imported(name: str, python: str, oldest: str) -> bool:
    """ansible-test imports module_utils on every Python, the rest on those of the controller."""
    everywhere = name.startswith("plugins/module_utils/")
    return everywhere or PYTHONS.index(python) >= PYTHONS.index(oldest)


def _packages(path: Path) -> set[str]:
    """Third-party packages that importing a file needs."""
    found: set[str] = set()
    seen, todo = set(), [path]
    while todo:
        file = todo.pop()
        if file in seen:
            continue
        seen.add(file)
        for name in _imports(file):
            if name.startswith(COLLECTION):
                todo += _files(name.removeprefix(COLLECTION))
            elif name.partition(".")[0] not in KNOWN:
                found.add(name.partition(".")[0])
    return found


@cache
def _imports(path: Path) -> list[str]:
    return list(_names(ast.parse(path.read_text("utf-8")), path))


def _names(tree: ast.Module, path: Path) -> Iterator[str]:
    """Full names of what a file imports when it is loaded."""
    package = COLLECTION + ".".join(path.relative_to(ROOT).parent.parts)
    for node in _at_load(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*above, node.module or ""]).strip(".") if node.level else node.module
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _at_load(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node outside of functions and of what only type checkers see."""
    for node in ast.iter_child_nodes(tree):
        typing_only = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        if typing_only or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        yield node
        yield from _at_load(node)


def _files(name: str) -> Iterator[Path]:
    """The files that importing a module of the collection loads: its own and its packages'."""
    parts = name.split(".")
    for length in range(1, len(parts) + 1):
        path = ROOT.joinpath(*parts[:length])
        yield from (
            file for file in (path / "__init__.py", path.with_suffix(".py")) if file.exists()
        )
