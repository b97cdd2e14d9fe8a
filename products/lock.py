"""Cuts a release: writes the commit, and the built files, of our own components into a lock.

    python products/lock.py products/delivery/releases/1.0.0.yml --commit "$(git rev-parse HEAD)"
    … --file collector=dist/stratum-1.0.0-py3-none-any.whl

Only the entries of our own repository change; comments and the other lines stay as they are.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

REPOSITORY = "https://github.com/stratum-platform/stratum"
COMMIT = re.compile(r"^[0-9a-f]{40}$")
COMPONENT = re.compile(r"^  ([a-z][a-z0-9_]*):$")


class LockError(ValueError):
    """A lock that cannot be cut as asked."""


def cut(text: str, commit: str, files: Mapping[str, Sequence[tuple[str, str]]]) -> str:
    """The lock's text with the commit and files of our own components.

    Args:
        text: the lock.
        commit: the commit behind the release's tag.
        files: names and sha256 of the files of a component.
    """
    if not COMMIT.match(commit):
        raise LockError(f"`{commit}` is not a commit: give the 40 hex digits of git rev-parse")
    parts = re.split(r"(?m)^(?=  [a-z][a-z0-9_]*:$)", text)
    own = {}
    for index, part in enumerate(parts):
        head = COMPONENT.match(part.split("\n", 1)[0])
        if head and f"repository: {REPOSITORY}\n" in part:
            own[head[1]] = index
    for name in files:
        if name not in own:
            raise LockError(f"`{name}` is not one of our own components: {', '.join(own)}")
    for name, index in own.items():
        parts[index] = re.sub(r"(?m)^(      commit:) .*$", rf"\1 {commit}", parts[index])
        if name in files:
            parts[index] = _with_files(parts[index], files[name])
    return "".join(parts)


def _with_files(part: str, files: Sequence[tuple[str, str]]) -> str:
    lines = "".join(f"      - name: {name}\n        sha256: {digest}\n" for name, digest in files)
    return re.sub(r"(?m)^    files:.*\n(?:      .*\n)*", f"    files:\n{lines}", part)


def main(arguments: Sequence[str]) -> int:
    """Cut the lock in place."""
    parser = argparse.ArgumentParser(description="Write commit and files into a release lock.")
    parser.add_argument("lock", type=Path)
    parser.add_argument("--commit", required=True)
    parser.add_argument("--file", action="append", default=[], metavar="COMPONENT=PATH")
    given = parser.parse_args(arguments)
    files: dict[str, list[tuple[str, str]]] = {}
    try:
        for item in given.file:
            name, _equals, path = item.partition("=")
            content = Path(path).read_bytes()
            files.setdefault(name, []).append(
                (Path(path).name, hashlib.sha256(content).hexdigest())
            )
        text = cut(given.lock.read_text(encoding="utf-8"), given.commit, files)
    except (LockError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    given.lock.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
