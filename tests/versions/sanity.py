"""Runs `ansible-test sanity` on what the collection ships, with the oldest and the newest core.

python -m tests.versions.sanity [2.19-py3.11 …] [--test=pep8 …]
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from release.build import main as release
from tests.versions import ignores
from tests.versions.combinations import PYTHONS, Combination, ends, named
from tests.versions.environment import CACHE, ROOT, Environment, MissingError, interpreter, prepare

# Outside of the checkout: ansible-test asks git for the files, and to git a built tree is ignored.
TREE = CACHE / "sanity-tree" / "ansible_collections" / "stratum" / "platform"
# ansible-test keeps its environments and pip's start script below the home folder.
HOME = CACHE / "ansible-test-home"


def write_tree() -> None:
    """The shipped files, and the list of what ansible-test need not tell."""
    if release(["tree", str(TREE)]) != 0:
        raise SystemExit(1)
    # No Ansible content, and checked by tools of their own.
    for room in ("charts", "docs/examples", "services", "web"):
        shutil.rmtree(TREE / room)
    sanity = TREE / "tests" / "sanity"
    sanity.mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "config.yml", sanity.parent)
    ignores.write(sanity)


def run(combination: Combination, arguments: Sequence[str]) -> str:
    """Run it on one combination; says how it went."""
    try:
        environment = prepare(combination, "sanity", [])
    except (MissingError, subprocess.CalledProcessError) as error:
        return f"not run: {error}"
    _provide_pip(environment)
    _provide_pip_settings()
    _provide_pythons()
    program = environment.program("ansible-test")
    command = ["nice", program, "sanity", "--local", "--python", "default", "--color", "no"]
    path = [environment.folder / "bin", HOME / "bin", "/usr/local/bin", "/usr/bin", "/bin"]
    variables = os.environ | {"HOME": str(HOME), "PATH": os.pathsep.join(map(str, path))}
    done = subprocess.run([*command, *arguments], cwd=TREE, env=variables, check=False)
    return "passed" if done.returncode == 0 else f"failed (exit code {done.returncode})"


def _provide_pip(environment: Environment) -> None:
    """Where ansible-test looks before it downloads; the name has pip's version in it."""
    ask = "from ansible_test._internal.python_requirements import get_venv_packages as f;"
    ask += "from types import SimpleNamespace as N; print(f(N(version='3'))['pip'])"
    asked = subprocess.run(
        [environment.program("python"), "-c", ask], capture_output=True, text=True, check=True
    )
    cache = HOME / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    name = f"get_pip_{asked.stdout.strip().replace('.', '_')}.py"
    shutil.copy(Path(__file__).with_name("get_pip.py"), cache / name)


def _provide_pip_settings() -> None:
    """ansible-test starts pip without this process's variables: they become its file."""
    found = {key: value for key, value in os.environ.items() if key.startswith("PIP_")}
    lines = [f"{key[4:].lower().replace('_', '-')} = {value}" for key, value in found.items()]
    file = HOME / ".config" / "pip" / "pip.conf"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(["[global]", *lines]) + "\n", "utf-8")


def _provide_pythons() -> None:
    """The interpreters that are here by their names; pyenv's own names need not lead to one."""
    (HOME / "bin").mkdir(parents=True, exist_ok=True)
    for version in PYTHONS:
        name = HOME / "bin" / f"python{version}"
        name.unlink(missing_ok=True)
        with contextlib.suppress(MissingError):
            name.symlink_to(interpreter(version))


def main(arguments: Sequence[str]) -> int:
    """Run the combinations that are named, else the two ends."""
    parser = argparse.ArgumentParser(description="ansible-test sanity on what is shipped.")
    parser.add_argument("names", nargs="*", metavar="COMBINATION")
    # What it does not know is for ansible-test.
    given, more = parser.parse_known_args(arguments)
    try:
        chosen = [named(name) for name in given.names] or list(ends())
    except ValueError as error:
        parser.error(str(error))
    write_tree()
    results = {}
    for combination in chosen:
        print(f"\n== ansible-core {combination.core.version}, Python {combination.python}")
        results[combination.name] = run(combination, more)
    print()
    for name, result in results.items():
        print(f"{name:<14}{result}")
    return 0 if set(results.values()) == {"passed"} else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
