"""Prepares the files of a release page: tarball, checksum and notes.

    python -m release.publish v1.0.0

Refuses a tag that does not fit the collection's version, a version without an entry in the
changelog, notes that are not in it yet, a checkout with changes, and a build that differs the
second time.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from release.build import ROOT, build
from release.tarball import checksum
from release.tree import Checkout, ReleaseError

TARGET = ROOT / "build" / "release"


def faults(tag: str, root: Path) -> Iterator[str]:
    """What stands against publishing this tag."""
    version = _yaml(root / "galaxy.yml")["version"]
    if tag != f"v{version}":
        yield f"the tag is {tag or 'not given'}, but galaxy.yml has the version {version}"
    if version not in _releases(root):
        yield f"the changelog has no release {version}: make changelog, and commit it"
    fragments = sorted(path.name for path in (root / "changelogs/fragments").glob("*.y*ml"))
    if fragments:
        yield f"these notes are not in the changelog yet: {', '.join(fragments)}; make changelog"
    if modified := Checkout(root).modified:
        yield f"a release is a commit as it is; commit or remove: {', '.join(modified)}"


def notes(root: Path) -> str:
    """The changes of this version, as Markdown."""
    changes = _releases(root)[_yaml(root / "galaxy.yml")["version"]].get("changes", {})
    lines = [changes.pop("release_summary", "")]
    for kind, entries in changes.items():
        lines += ["", f"## {kind.replace('_', ' ').capitalize()}", ""]
        lines += [f"- {entry}" for entry in entries]
    return "\n".join(lines).strip() + "\n"


def publish(root: Path, target: Path) -> Path:
    """Write the files; gives the tarball."""
    shutil.rmtree(target, ignore_errors=True)
    tarball = build(Checkout(root), target)
    with tempfile.TemporaryDirectory() as folder:
        again = checksum(build(Checkout(root), Path(folder)))
    if again != checksum(tarball):
        raise ReleaseError(f"two builds differ: {checksum(tarball)} and {again}")
    (target / "notes.md").write_text(notes(root), "utf-8")
    return tarball


def _releases(root: Path) -> dict[str, Any]:
    return dict(_yaml(root / "changelogs" / "changelog.yaml")["releases"])


def _yaml(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text("utf-8")))


def main(tag: str) -> int:
    """Write the files, or say all that stands against it."""
    try:
        if found := list(faults(tag, ROOT)):
            raise ReleaseError("\n".join(found))
        tarball = publish(ROOT, TARGET)
    except ReleaseError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{checksum(tarball)}  {tarball}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
