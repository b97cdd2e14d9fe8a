"""What a command and all it started took: time, processor time, memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from .memory import TreeMemory

MEBIBYTE = 1024 * 1024
LAUNCHER = Path(__file__).resolve().with_name("launch.py")


class BenchError(Exception):
    """A run did not do what is measured."""


@dataclass(frozen=True)
class Usage:
    """One or several commands after another.

    Attributes:
        seconds: from start to end.
        processor: seconds of processor time of all processes that were started and waited for.
        memory: bytes, of that process which held the most in memory at once (`ru_maxrss`).
        together: bytes of all processes at once, where that was looked at.
    """

    seconds: float
    processor: float
    memory: int
    together: int = 0

    def then(self, other: Usage) -> Usage:
        """Both, one after the other."""
        return Usage(
            self.seconds + other.seconds,
            self.processor + other.processor,
            max(self.memory, other.memory),
            max(self.together, other.together),
        )


def run(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    *,
    whole_tree: bool = False,
) -> Usage:
    """Run a command to its end; `whole_tree` looks at the memory of all processes meanwhile.

    Raises:
        BenchError: it failed; with all it wrote.
    """
    with tempfile.TemporaryDirectory() as place:
        took, output = Path(place, "took.json"), Path(place, "output")
        with output.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-I", "-S", LAUNCHER, took, *command],
                cwd=folder,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
            )
            watch = TreeMemory(process.pid)
            with watch if whole_tree else nullcontext():
                process.wait()
        if process.returncode != 0:
            text = output.read_text(encoding="utf-8", errors="replace")
            raise BenchError(f"{' '.join(command)} failed ({process.returncode}):\n{text}")
        return Usage(**json.loads(took.read_text(encoding="utf-8")), together=watch.most)
