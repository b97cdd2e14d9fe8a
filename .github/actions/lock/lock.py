"""Lets an environment install the release of a lock that was made for one commit.

    lock.py ENVIRONMENT [FILE]      # without FILE: the one that was installed last

The lock becomes one of the product's releases, the environment names it, and the state keeps it, so
that a plan, or something that joins, is about the images that run.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")


class LockError(Exception):
    """There is no such lock; the message says how to get one."""


def use(project: Path, environment: str, file: Path | None) -> str:
    """Give the version that is installed from now on."""
    kept = project / ".stratum" / environment / "lock.yml"
    source = file or kept
    if not source.is_file():
        if file:
            raise LockError(f"{file} is not there; make lock writes it")
        raise LockError(f"nothing is installed in {environment} yet: run the Pipeline first")
    text = source.read_text("utf-8")
    lock = _parsed(text, source)
    manifest = project / "inventories" / environment / "product.yml"
    described = json.loads(manifest.read_text("utf-8"))
    if lock["product"] != described["product"]:
        raise LockError(f"{source} is of the product {lock['product']}, not {described['product']}")
    home = project / "products" / lock["product"] / "releases"
    (home / f"{lock['version']}.yml").write_text(text, "utf-8")
    kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept.write_text(text, "utf-8")
    described["release"] = lock["version"]
    manifest.write_text(json.dumps(described, indent=2) + "\n", "utf-8")
    return str(lock["version"])


def _parsed(text: str, source: Path) -> dict[str, Any]:
    """A lock as release/lock.py writes it: JSON behind a comment."""
    try:
        lock = dict(json.loads(text.partition("\n---\n")[2]))
        names = [lock["product"], lock["version"]]
    except (ValueError, KeyError, TypeError):
        raise LockError(f"{source} is no lock of release/lock.py") from None
    # They become parts of a path.
    if not all(isinstance(name, str) and NAME.fullmatch(name) for name in names):
        raise LockError(f"{source} is no lock of release/lock.py")
    return lock


def main(environment: str, file: Path | None) -> int:
    """Use the lock, or say in the summary why not."""
    try:
        print(f"{environment} installs {use(Path.cwd(), environment, file)}")
    except LockError as error:
        print(f"::error title=Release of {environment}::{error}")
        if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
            with Path(summary).open("a", encoding="utf-8") as opened:
                opened.write(f"### {environment}: {error}\n\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]) if len(sys.argv) > 2 else None))
