"""Our services as images: the build context with its wheelhouse, and their build.

PYTHONPATH=tests/cluster python -m testbed.services_images context FOLDER
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

from testbed import images
from testbed.errors import BedError
from testbed.layout import CACHE

ROOT = Path(__file__).resolve().parents[3]
SERVICES = ROOT / "services"
PAGE = ROOT / "web" / "dist"
NAMES = ("collector", "etl", "warehouse", "console", "store")
# What the images are made from; a commit that changes nothing of it makes no new image.
SOURCES = ("services", "web")


def build_services(names: Sequence[str] = NAMES) -> dict[str, images.Image]:
    """The image of each service, by its name."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="context-") as folder:
        context = prepare_context(Path(folder))
        return {
            name: images.build(
                name, context, context / "Dockerfile", build_arguments(name), version()
            )
            for name in names
        }


def build_arguments(name: str) -> dict[str, str]:
    """What `services/Dockerfile` is told on a machine without an index; the base is the bed's."""
    return {
        "SERVICE": name,
        "VERSION": version(),
        "REVISION": revision(),
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": "/build/wheelhouse",
    }


def prepare_context(folder: Path) -> Path:
    """The services' sources, the built page and the wheels, and nothing else."""
    if not (PAGE / "index.html").is_file():
        raise BedError(f"{PAGE} holds no built page.", "Run: make page")
    for name in ("Dockerfile", ".dockerignore", "pyproject.toml", "constraints.txt"):
        shutil.copy(SERVICES / name, folder / name)
    without = shutil.ignore_patterns("__pycache__", "*.egg-info")
    shutil.copytree(SERVICES / "src", folder / "src", ignore=without)
    shutil.copytree(PAGE, folder / "page")
    # Links cost nothing where the cache lies on the same disk.
    shutil.copytree(wheelhouse(), folder / "wheelhouse", copy_function=_link)
    return folder


def wheelhouse() -> Path:
    """All wheels that the images install; made once for each set of pinned versions."""
    wanted = requirements()
    pins = (SERVICES / "constraints.txt").read_text(encoding="utf-8")
    key = hashlib.sha256("\n".join([*wanted, pins, sys.implementation.cache_tag]).encode())
    folder = CACHE / "wheelhouse" / key.hexdigest()[:16]
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".new-") as new:
        wheels = Path(new) / "wheels"
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--wheel-dir", str(wheels)]
        command += ["--constraint", str(SERVICES / "constraints.txt"), *wanted]
        subprocess.run(
            command, check=True, env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        )
        # Complete or not there: a broken download leaves nothing that looks like a wheelhouse.
        wheels.rename(folder)
    return folder


def requirements() -> list[str]:
    """What the project and its build ask for, by its own words; never the project's own name."""
    project = tomllib.loads((SERVICES / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    wanted = [*project["build-system"]["requires"], *project["project"]["dependencies"]]
    return sorted({*wanted, *(line for name in NAMES for line in extras[name])})


def version() -> str:
    project = tomllib.loads((SERVICES / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


def revision() -> str:
    """The last commit that changed what the images are made from, marked where files differ."""
    commit = _git("log", "-1", "--format=%H", "--", *SOURCES).strip()
    modified = _git("status", "--porcelain", "--", *SOURCES).strip()
    return (commit or "unknown") + ("-modified" if modified else "")


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(ROOT), *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def main() -> int:
    """Write the build context into a new folder, for a builder of one's own."""
    if len(sys.argv) != 3 or sys.argv[1] != "context":
        print((__doc__ or "").splitlines()[-1], file=sys.stderr)
        return 2
    folder = Path(sys.argv[2])
    folder.mkdir(parents=True)
    try:
        print(prepare_context(folder))
    except BedError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
