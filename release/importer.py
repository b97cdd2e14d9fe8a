"""Checks the tarball as Galaxy does when it is uploaded, by Galaxy's own importer.

    python -m release.importer

What it would do in containers, ansible-test, is left to `make sanity`, and ansible-lint, which it
would end after two minutes, to `make lint`. Nothing is downloaded but the importer itself.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.versions.combinations import combinations
from tests.versions.environment import Environment, MissingError, prepare

from release.build import ROOT, build
from release.tree import Checkout, ReleaseError

IMPORTER = "galaxy-importer==0.4.44"
SETTINGS = {
    "GALAXY_IMPORTER_RUN_ANSIBLE_TEST": "false",
    # ruff checks more, with our own line length.
    "GALAXY_IMPORTER_RUN_FLAKE8": "false",
    "GALAXY_IMPORTER_RUN_ANSIBLE_LINT": "false",
}
FAULT = re.compile(r"^(WARNING|ERROR|CRITICAL): .*")


def faults(output: str) -> list[str]:
    """What the importer complains of."""
    return [line for line in output.splitlines() if FAULT.match(line)]


def environment() -> Environment:
    """The importer with the newest released ansible-core whose Python is on this machine."""
    missing = ""
    for combination in reversed([each for each in combinations() if each.core.released]):
        try:
            return prepare(combination, "importer", [IMPORTER])
        except MissingError as error:
            missing = str(error)
    raise ReleaseError(missing)


def run(tarball: Path, found: Environment) -> list[str]:
    """Import the tarball; gives what is wrong with it."""
    with tempfile.TemporaryDirectory() as folder:
        # It writes its result into the folder that it is started in.
        done = subprocess.run(
            [found.program("python"), "-m", "galaxy_importer.main", str(tarball)],
            cwd=folder,
            env=found.variables() | SETTINGS,
            capture_output=True,
            text=True,
            check=False,
        )
    output = done.stdout + done.stderr
    print(output)
    told = faults(output)
    if done.returncode != 0 and not told:
        told = [f"the importer ended with exit code {done.returncode}"]
    return told


def main() -> int:
    """Build, import, and say what was found."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            found = run(build(Checkout(ROOT), Path(folder)), environment())
    except (ReleaseError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(found) or "Galaxy's importer has nothing against it", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
