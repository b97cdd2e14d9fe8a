"""bench/RESULTS.md: each benchmark writes its own section, and says where it was measured."""

from __future__ import annotations

import os
import platform
import re
import statistics
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "RESULTS.md"


def save(section: str, text: str) -> None:
    """Replace one benchmark's part of RESULTS.md and leave the others'."""
    begin, end = f"<!-- {section}: begin -->", f"<!-- {section}: end -->"
    old = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "# Benchmarks\n"
    before, found, rest = old.partition(begin)
    head = before if found else f"{before.rstrip()}\n\n"
    after = rest.partition(end)[2] if found else "\n"
    RESULTS.write_text(f"{head}{begin}\n{text}\n{end}{after}", encoding="utf-8")


def place() -> str:
    """The day and the machine, and how busy it was."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    name = model.group(1).strip() if model else platform.machine()
    day = datetime.now(UTC).strftime("%Y-%m-%d")
    python, load = platform.python_version(), os.getloadavg()[0]
    return f"{day}, {os.cpu_count()} cores ({name}), Python {python}, load {load:.1f} at the end"


def spread(times: Sequence[float], digits: int = 1) -> str:
    """The median, and the smallest and largest."""
    low, high = min(times), max(times)
    return f"{statistics.median(times):.{digits}f} s ({low:.{digits}f} to {high:.{digits}f})"
