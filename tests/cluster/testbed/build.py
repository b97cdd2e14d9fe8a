"""Builds Go parts into the cache, saying which one it is at and how long it took."""

from __future__ import annotations

import fcntl
import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from testbed.errors import BedError
from testbed.layout import CACHE
from testbed.parts import BUILD_FLAGS, PARTS, Part
from testbed.requirements import go

HEARTBEAT_SECONDS = 30
# The same source and compiler give the same bytes: the locks of products name what is built here.
TOOLCHAIN = "go1.26.8"


@contextmanager
def cache_lock(name: str) -> Iterator[None]:
    """One process at a time: a second one waits and then finds the work done."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"waiting for another run that uses {name}", flush=True)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def binaries(names: Sequence[str]) -> dict[str, Path]:
    missing = [PARTS[name] for name in names if not PARTS[name].binary.exists()]
    if missing:
        with cache_lock("build"):
            for number, part in enumerate(missing, start=1):
                if not part.binary.exists():
                    _build(part, f"{number} of {len(missing)}")
    return {name: PARTS[name].binary for name in names}


def binary(name: str) -> Path:
    return binaries([name])[name]


def _build(part: Part, place: str) -> None:
    print(f"building {part.name} {part.version} ({place})", flush=True)
    started = time.monotonic()
    part.binary.parent.mkdir(parents=True, exist_ok=True)
    unfinished = part.binary.with_suffix(".unfinished")
    command = [go(), "build", *BUILD_FLAGS, "-ldflags", part.link_flags]
    command += ["-o", str(unfinished), part.package]
    environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "", "GOWORK": "off"}
    environment["GOTOOLCHAIN"] = TOOLCHAIN
    process = subprocess.Popen(
        ["nice", *command],
        cwd=part.folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    errors = _wait(process, part, started)
    if process.returncode != 0:
        raise BedError(f"Building {part.name} {part.version} failed:\n{_last_lines(errors)}")
    unfinished.rename(part.binary)
    print(f"built {part.name} in {time.monotonic() - started:.0f} s", flush=True)


def _wait(process: subprocess.Popen[str], part: Part, started: float) -> str:
    while True:
        try:
            return process.communicate(timeout=HEARTBEAT_SECONDS)[1]
        except subprocess.TimeoutExpired:
            print(f"  {part.name}: {time.monotonic() - started:.0f} s", flush=True)
        except BaseException:
            process.kill()
            process.wait()
            raise


def _last_lines(text: str, count: int = 15) -> str:
    return "\n".join(text.strip().splitlines()[-count:])
