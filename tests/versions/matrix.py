"""Runs the unit tests and the engine's integration tests on every combination of versions.

python -m tests.versions.matrix [2.21-py3.13 …]
python -m tests.versions.matrix --list        # as JSON, for CI
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence

from tests.versions.combinations import Combination, combinations, named
from tests.versions.environment import ROOT, MissingError, controller_requirements, prepare

EXTRAS = "collector,etl,warehouse,console,store,sample"
TESTS = ("tests/unit", "tests/integration/test_order.py", "tests/integration/test_callback.py")


def packages() -> list[str]:
    """The requirements of the tests, and the services as they are in the checkout."""
    files = ["-r", "requirements/test.txt", "-c", "services/constraints.txt"]
    return [*controller_requirements(), *files, "-e", f"services[{EXTRAS}]"]


def run(combination: Combination) -> str:
    """Run the tests; says how it went."""
    try:
        environment = prepare(combination, "tests", packages())
    except (MissingError, subprocess.CalledProcessError) as error:
        return f"not run: {error}"
    # One process may use little of the machine: the tests start programs of their own.
    command = ["nice", environment.program("pytest"), "-q", "-p", "no:cacheprovider", *TESTS]
    done = subprocess.run(command, cwd=ROOT, env=environment.variables(), check=False)
    return "passed" if done.returncode == 0 else f"failed (exit code {done.returncode})"


def main(arguments: Sequence[str]) -> int:
    """Run the combinations that are named, else all."""
    parser = argparse.ArgumentParser(description="Test every combination of versions.")
    parser.add_argument("names", nargs="*", metavar="COMBINATION")
    given = parser.parse_args(arguments)
    try:
        chosen = [named(name) for name in given.names] or list(combinations())
    except ValueError as error:
        parser.error(str(error))
    results = {}
    for combination in chosen:
        print(f"\n== ansible-core {combination.core.version}, Python {combination.python}")
        results[combination.name] = run(combination)
    print()
    for name, result in results.items():
        print(f"{name:<14}{result}")
    return 0 if set(results.values()) == {"passed"} else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
