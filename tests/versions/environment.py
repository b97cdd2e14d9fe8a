"""Virtual environments of the combinations, kept between runs until their requirements change."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.versions.combinations import Combination

ROOT = Path(__file__).resolve().parents[2]
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "stratum" / "venvs"
FILES = ("requirements/controller.txt", "requirements/test.txt", "services/constraints.txt")


class MissingError(Exception):
    """Something that a combination needs is not on this machine."""


@dataclass(frozen=True)
class Environment:
    """The virtual environment of one combination."""

    combination: Combination
    folder: Path

    def program(self, name: str) -> str:
        return str(self.folder / "bin" / name)

    def variables(self) -> dict[str, str]:
        """This process's variables, with the programs of the environment first."""
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        return os.environ | {"PATH": path, "VIRTUAL_ENV": str(self.folder)}


def prepare(combination: Combination, kind: str, packages: Sequence[str]) -> Environment:
    """Make the environment, or take the one that is there.

    Args:
        combination: the versions.
        kind: what it is for; kinds do not share environments.
        packages: pip's arguments: what to install beside ansible-core.
    """
    folder = CACHE / f"{kind}-{combination.core.version}-py{combination.python}"
    core = f"ansible-core=={combination.core.version}"
    stamp, made = _stamp([core, *packages]), folder / "made-of"
    if made.is_file() and made.read_text("utf-8") == stamp:
        return Environment(combination, folder)
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([interpreter(combination.python), "-m", "venv", str(folder)], check=True)
    pip = [str(folder / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, core, *packages], check=True, cwd=ROOT)
    made.write_text(stamp, "utf-8")
    return Environment(combination, folder)


def controller_requirements() -> Iterator[str]:
    """What the controller needs beside ansible-core, whose version the combination says."""
    for line in (ROOT / FILES[0]).read_text("utf-8").splitlines():
        if line and not line.startswith(("#", "ansible-core")):
            yield line


def interpreter(version: str) -> str:
    """An interpreter of that version: on the path, or in pyenv's folder."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    installed = [str(path) for path in sorted(pyenv.glob(f"{version}.*/bin/python"), reverse=True)]
    for candidate in (*filter(None, [shutil.which(f"python{version}")]), *installed):
        asked = [candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        if done.stdout.strip() == version:
            return candidate
    raise MissingError(f"there is no Python {version} here; install it, or with pyenv")


def _stamp(packages: Sequence[str]) -> str:
    contents = [(ROOT / name).read_bytes() for name in (*FILES, "services/pyproject.toml")]
    digests = [hashlib.sha256(content).hexdigest() for content in contents]
    return "\n".join([*packages, *digests]) + "\n"
