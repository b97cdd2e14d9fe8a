"""The root file system below every image: Debian with Python, made once and kept in the cache."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from testbed.errors import BedError
from testbed.layout import CACHE
from testbed.requirements import program

SUITE = "bookworm"
PACKAGES = ("ca-certificates", "python3", "python3-venv")
USER = ("stratum", 10001)
# Bound to one machine or of no use at run time.
LEFT_OUT = (
    "./dev/*",
    "./proc/*",
    "./sys/*",
    "./var/cache/apt/*",
    "./var/lib/apt/lists/*",
    "./var/log/*",
    "./usr/share/doc/*",
    "./usr/share/locale/*",
    "./usr/share/man/*",
)


def digest() -> str:
    return hashlib.sha256(repr((SUITE, PACKAGES, USER, LEFT_OUT)).encode()).hexdigest()[:12]


def tarball() -> Path:
    """The caller holds the cache's lock on images."""
    path = CACHE / "base" / f"{SUITE}-{digest()}.tar"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        started = time.monotonic()
        print(f"making the base image's root from Debian {SUITE}", flush=True)
        _make(path)
        print(f"made the base image's root in {time.monotonic() - started:.0f} s", flush=True)
    return path


def _make(path: Path) -> None:
    folder = Path(tempfile.mkdtemp(prefix="root-", dir=path.parent))
    unfinished = path.with_suffix(".unfinished")
    try:
        include = f"--include={','.join(PACKAGES)}"
        install = [program("debootstrap"), "--variant=minbase", include, SUITE, str(folder)]
        # In a mount namespace of its own, so that nothing stays mounted if it is killed.
        _run(["unshare", "--mount", *install])
        _add_user(folder)
        excluded = (f"--exclude={pattern}" for pattern in LEFT_OUT)
        options = ["--sort=name", "--numeric-owner", *excluded]
        _run(["tar", "-C", str(folder), *options, "-cf", str(unfinished), "."])
        unfinished.rename(path)
    finally:
        shutil.rmtree(folder)


def _add_user(folder: Path) -> None:
    name, number = USER
    with (folder / "etc" / "passwd").open("a") as users:
        users.write(f"{name}:x:{number}:{number}::/nonexistent:/usr/sbin/nologin\n")
    with (folder / "etc" / "group").open("a") as groups:
        groups.write(f"{name}:x:{number}:\n")


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise BedError(f"`{' '.join(command[:4])} …` failed:\n{said}")
