"""The files that the collection ships, copied out of the checkout into a folder of their own.

What git knows decides, so nothing that lies about on a machine gets into a release; the built page
is added, as who installs the collection has no Node.js.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import yaml

PAGE = "web/dist"
# Which commit the files are of; the inventory plugin reads it where there is no .git.
COMMIT_FILE = "commit.json"


class ReleaseError(Exception):
    """The checkout cannot be released as it is; the message says how to mend it."""


@dataclass(frozen=True)
class Checkout:
    """A git checkout of the project, with the page built in it."""

    root: Path

    @property
    def commit(self) -> str:
        return self._git("rev-parse", "HEAD").strip()

    @property
    def commit_time(self) -> int:
        """Seconds since the epoch: the one time that all builds of a commit share."""
        return int(self._git("log", "-1", "--format=%ct"))

    @property
    def modified(self) -> list[str]:
        """Files that differ from the commit."""
        return [line[3:] for line in self._git("status", "--porcelain").splitlines()]

    def shipped(self) -> list[str]:
        """Names of all files that are shipped, in order."""
        known = self._git("ls-files", "-z", "--cached", "--others", "--exclude-standard")
        names = {name for name in known.split("\0") if name} | set(self._page())
        ignored = yaml.safe_load((self.root / "galaxy.yml").read_text("utf-8"))["build_ignore"]
        return sorted(
            name
            for name in names
            if (self.root / name).is_file() and not _is_ignored(name, ignored)
        )

    def copy(self, target: Path) -> None:
        """Copy what is shipped, and say which commit it is."""
        for name in self.shipped():
            copied = target / name
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.root / name, copied)
            shutil.copymode(self.root / name, copied)
        told = {"commit": self.commit, "modified": bool(self.modified)}
        (target / COMMIT_FILE).write_text(json.dumps(told, indent=2) + "\n", "utf-8")

    def _page(self) -> list[str]:
        page = self.root / PAGE
        if not (page / "index.html").is_file():
            raise ReleaseError(f"{PAGE}/index.html is not there; build the page with: make page")
        files = (path for path in page.rglob("*") if path.is_file())
        return [path.relative_to(self.root).as_posix() for path in files]

    def _git(self, *arguments: str) -> str:
        command = ["git", *arguments]
        done = subprocess.run(command, cwd=self.root, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise ReleaseError(f"a release is made from a git checkout: {done.stderr.strip()}")
        return done.stdout


def _is_ignored(name: str, patterns: list[str]) -> bool:
    """ansible-galaxy's rule: a pattern that fits a file, or a folder above it, leaves it out."""
    parts = name.split("/")
    paths = ["/".join(parts[: length + 1]) for length in range(len(parts))]
    return any(fnmatch(path, pattern) for path in paths for pattern in patterns)
