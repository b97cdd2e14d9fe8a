"""Builds the collection; the same commit gives the same bytes.

    python -m release.build build --clean
    python -m release.build tree FOLDER

`--clean` refuses a checkout with changes; `tree` writes the files without packing them.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from release.tarball import checksum, normalise
from release.tree import Checkout, ReleaseError

ROOT = Path(__file__).resolve().parents[1]


def build(checkout: Checkout, output: Path) -> Path:
    """Build the tarball and, beside it, its checksum in the form that `sha256sum -c` reads."""
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        tree, raw = Path(folder, "tree"), Path(folder, "raw")
        checkout.copy(tree)
        program = Path(sys.executable).with_name("ansible-galaxy")
        command = [str(program), "collection", "build", str(tree), "--output-path", str(raw)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise ReleaseError(f"ansible-galaxy cannot build it: {done.stderr.strip()}")
        (built,) = raw.glob("*.tar.gz")
        target = output / built.name
        normalise(built, target, checkout.commit_time)
    Path(f"{target}.sha256").write_text(f"{checksum(target)}  {target.name}\n", "utf-8")
    return target


def main(arguments: Sequence[str]) -> int:
    """Build the tarball, or copy the tree that it is made of."""
    parser = argparse.ArgumentParser(description="Build the collection.")
    commands = parser.add_subparsers(dest="command", required=True)
    tarball = commands.add_parser("build", help="build the tarball and its checksum")
    tarball.add_argument("--output", type=Path, default=ROOT / "build")
    tarball.add_argument("--clean", action="store_true", help="refuse a checkout with changes")
    tree = commands.add_parser("tree", help="write what is shipped into a new folder")
    tree.add_argument("folder", type=Path)
    given = parser.parse_args(arguments)
    checkout = Checkout(ROOT)
    try:
        if given.command == "tree":
            shutil.rmtree(given.folder, ignore_errors=True)
            checkout.copy(given.folder)
            return 0
        if given.clean and checkout.modified:
            names = ", ".join(checkout.modified)
            raise ReleaseError(f"a release is a commit as it is; commit or remove: {names}")
        print(build(checkout, given.output))
    except ReleaseError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
