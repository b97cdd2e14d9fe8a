"""Checks every `run:` of the workflows and composite actions with shellcheck.

Expressions of GitHub in a script are faults of their own: their values would become code.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

GITHUB = Path(__file__).resolve().parents[1]


def scripts(value: Any) -> Iterator[str]:  # noqa: ANN401  (YAML is any value)
    """All scripts of a file, in order."""
    if isinstance(value, dict):
        if isinstance(value.get("run"), str):
            yield value["run"]
        for inner in value.values():
            yield from scripts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from scripts(inner)


def faults(script: str) -> str:
    """What shellcheck says of a script, as GitHub runs it with `shell: bash`."""
    if "${{" in script:
        return "an expression inside of a script; hand its value over in env\n"
    command = ["shellcheck", "--shell=bash", "-"]
    text = f"set -euo pipefail\n{script}"
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False).stdout


def main() -> int:
    """Print what is found."""
    count = 0
    files = [*GITHUB.glob("workflows/*.y*ml"), *GITHUB.glob("actions/*/action.y*ml")]
    for file in sorted(files):
        for script in scripts(yaml.safe_load(file.read_text("utf-8"))):
            if found := faults(script):
                count += 1
                print(f"{file.relative_to(GITHUB.parent)}: {script.splitlines()[0]}\n{found}")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
