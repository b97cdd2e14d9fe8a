"""Brings what a machine installs from Python wheels together in one archive, on the controller.

The machine then needs no package index, no compiler and no pip of its own. Runs only on the
controller.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from ..run.state import private_folder
from .folder import locked

LOCAL_PROJECT = re.compile(r"^(?P<name>[\w.-]+)(?P<extras>\[[\w,.-]+\])? @ file://(?P<path>.+)$")
MISSING = re.compile(r"No matching distribution found for (\S+)")
OLDEST_GLIBC = 5  # manylinux1
OLD_NAMES = ("manylinux2014", "manylinux2010", "manylinux1")


class WheelsError(Exception):
    """The wheels cannot be brought together; the message says which, where and how to mend it."""


@dataclass(frozen=True)
class Target:
    """What the wheels have to run on, as the machine's Python says."""

    python: str
    machine: str
    glibc: str

    @property
    def platforms(self) -> list[str]:
        """The platform tags that it takes, the newest first."""
        newest = int(self.glibc.partition(".")[2] or OLDEST_GLIBC)
        numbers = range(newest, OLDEST_GLIBC - 1, -1)
        names = [f"manylinux_2_{number}" for number in numbers] + [*OLD_NAMES, "linux"]
        return [f"{name}_{self.machine}" for name in names]

    def __str__(self) -> str:
        return f"Python {self.python} on Linux {self.machine}"


@dataclass(frozen=True)
class Wanted:
    """What is to be installed.

    Args:
        requirements: lines of a requirements file; `name @ file:///path` is a project that is
            built here.
        constraints: a constraints file, or none.
        digest: of the projects' content.
        target: what it is for.
        mirror: a folder of wheels that takes the place of the package index.
    """

    requirements: Sequence[str]
    constraints: Path | None
    digest: str
    target: Target
    mirror: Path | None = None

    @property
    def key(self) -> str:
        """Names the archive: the same things wanted give the same one."""
        pins = self.constraints.read_bytes() if self.constraints else b""
        parts = [*self.requirements, self.digest, str(self.target), self.target.glibc]
        return hashlib.sha256("\n".join(parts).encode() + pins).hexdigest()[:16]


def archive(wanted: Wanted, folder: Path) -> tuple[Path, bool]:
    """The archive in `folder`, made if it is not there, and whether it was made.

    It holds the wheels, `requirements.txt`, `constraints.txt`, and pip itself as `pip.whl`.

    Raises:
        WheelsError: something that is wanted cannot be had.
    """
    path = folder / f"{wanted.key}.tar"
    with locked(folder):
        if path.exists():
            return path, False
        work = path.with_suffix(".partial")
        shutil.rmtree(work, ignore_errors=True)
        private_folder(work)
        _collect(wanted, work)
        partial = path.with_suffix(".tar.partial")
        with tarfile.open(partial, "w") as file:
            for entry in sorted(work.iterdir()):
                file.add(entry, entry.name)
        partial.replace(path)
        shutil.rmtree(work)
        for other in set(folder.glob("*.tar")) - {path}:
            other.unlink()  # of a version before
        return path, True


def _collect(wanted: Wanted, work: Path) -> None:
    lines = [_built(line, wanted, work) for line in wanted.requirements]
    requirements, constraints = work / "requirements.txt", work / "constraints.txt"
    requirements.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    pins = wanted.constraints.read_text(encoding="utf-8") if wanted.constraints else ""
    constraints.write_text(pins, encoding="utf-8")
    platforms = [f"--platform={name}" for name in wanted.target.platforms]
    only = ["--only-binary=:all:", f"--python-version={wanted.target.python}", *platforms]
    links = [f"--dest={work}", f"--find-links={work}"]
    pinned = [f"--constraint={constraints}"] if pins else []
    _pip(wanted, "download", *only, *links, *pinned, f"--requirement={requirements}")
    _pip(wanted, "download", f"--dest={work}", "--no-deps", f"pip=={version('pip')}")
    next(work.glob("pip-*.whl")).rename(work / "pip.whl")


def _built(line: str, wanted: Wanted, work: Path) -> str:
    """A requirement; a project of this machine is built, and required in the version it got."""
    project = LOCAL_PROJECT.match(line)
    if project is None:
        return line
    before = set(work.glob("*.whl"))
    _pip(wanted, "wheel", "--no-deps", f"--wheel-dir={work}", project["path"])
    built = (set(work.glob("*.whl")) - before).pop()
    return f"{project['name']}{project['extras'] or ''}=={built.name.split('-')[1]}"


def _pip(wanted: Wanted, command: str, *arguments: str) -> None:
    from_mirror = ["--no-index", f"--find-links={wanted.mirror}"] if wanted.mirror else []
    words = [sys.executable, "-m", "pip", command, "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(
        [*words, *from_mirror, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise WheelsError(_explained(wanted, done.stdout))


def _explained(wanted: Wanted, said: str) -> str:
    missing = MISSING.search(said)
    if missing and wanted.mirror:
        return (
            f"the mirror {wanted.mirror} has no wheel of {missing[1]} for {wanted.target}; "
            "put it there, or name no mirror"
        )
    if missing:
        return f"the package index offers no wheel of {missing[1]} for {wanted.target}"
    lines = [line for line in said.splitlines() if line.strip()]
    return "\n".join(["pip failed:", *lines[-12:]])
