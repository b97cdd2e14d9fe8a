"""Says which jobs of CI a change makes necessary.

    changes.py BASE      # compares BASE with HEAD; without BASE every job is necessary

A job is left out only where every changed file is known not to matter to it; a file that no rule
knows makes every job necessary.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from fnmatch import fnmatch

JOBS = frozenset(
    {
        "unit",
        "page",
        "integration",
        "molecule",
        "hosts",
        "observability",
        "k3s",
        "cluster",
        "platform",
        "sanity",
        "matrix",
    }
)
# Pattern of files, and the jobs that they cannot break. The first that fits counts; `*` is any
# text, with slashes. The job lint always runs.
RULES: tuple[tuple[str, frozenset[str]], ...] = (
    ("docs/pictures/*", JOBS - {"integration", "sanity"}),
    # Tests read the pages of docs/ and of the roles; the tarball ships them.
    ("docs/*.md", JOBS - {"unit", "integration", "sanity"}),
    ("roles/*/README.md", JOBS - {"unit", "integration", "sanity"}),
    ("README.md", JOBS - {"unit", "integration", "sanity"}),
    ("changelogs/*", JOBS - {"integration", "sanity"}),
    ("bench/RESULTS.md", JOBS),
    # The page is part of the tarball, of the installed product and of the console's image.
    ("web/*", frozenset({"unit", "matrix"})),
    ("services/*", frozenset({"page"})),
    ("charts/*", frozenset({"page", "molecule"})),
    # Both scenarios below take programs that the test bed builds.
    (
        "tests/cluster/*",
        JOBS - {"cluster", "platform", "observability", "k3s", "unit", "matrix"},
    ),
    ("tests/machines/*", JOBS - {"hosts", "observability", "k3s", "unit", "matrix"}),
    ("tests/k3s_stand_in/*", JOBS - {"k3s"}),
    ("tests/rules/*", JOBS - {"observability"}),
    ("tests/dashboards/*", JOBS - {"platform"}),
    ("tests/unit/*", JOBS - {"unit", "matrix"}),
    ("molecule/default/*", JOBS - {"molecule"}),
    ("molecule/hosts/*", JOBS - {"hosts"}),
    ("molecule/observability/*", JOBS - {"observability"}),
    ("molecule/k3s/*", JOBS - {"k3s"}),
    ("plugins/*", frozenset({"page"})),
    ("roles/*", frozenset({"page"})),
    ("playbooks/*", frozenset({"page"})),
    ("products/*", frozenset({"page"})),
)


def necessary(files: Iterable[str]) -> set[str]:
    """The jobs that these files can break."""
    found: set[str] = set()
    for file in files:
        fitting = (safe for pattern, safe in RULES if fnmatch(file, pattern))
        found |= JOBS - next(fitting, frozenset())
    return found


def changed(base: str) -> list[str]:
    """Files that differ between the base and HEAD; of a renamed file both names."""
    command = ["git", "diff", "--name-only", "--no-renames", "-z", f"{base}...HEAD", "--"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [name for name in done.stdout.split("\0") if name]


def main(base: str) -> None:
    """Print the jobs as an output of a step."""
    jobs = necessary(changed(base)) if base else JOBS
    print(f"jobs={json.dumps(sorted(jobs))}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
