"""What the engine costs: made-up products of several sizes through the real playbooks/site.yml.

python bench/engine.py [--runs 3] [--sizes 12,50,150]    writes the tables in bench/RESULTS.md
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / ".collections"))

from ansible_collections.stratum.platform.bench.generated import (  # noqa: E402
    Project,
    random_product,
)
from ansible_collections.stratum.platform.plugins.module_utils.run import order  # noqa: E402

RESULTS = ROOT / "bench" / "RESULTS.md"
BEGIN, END = "<!-- engine: begin -->", "<!-- engine: end -->"
SCHEDULES = ("tiers", "graph")


@dataclass
class Case:
    """One size and schedule; all times in seconds, one a run."""

    size: int
    schedule: str
    critical: float
    install: list[float] = field(default_factory=list)
    unchanged: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    edges: int = 0


class BenchError(Exception):
    """A run did not do what is measured."""


def main() -> None:
    arguments = _arguments()
    sizes = [int(size) for size in arguments.sizes.split(",")]
    startup = [_empty_run() for _ in range(arguments.runs)]
    cases = [measure(size, schedule, arguments.runs) for size in sizes for schedule in SCHEDULES]
    text = f"{report(cases, statistics.median(startup))}\n\n{_resolver()}"
    print(text)
    _save(text)


def measure(size: int, schedule: str, runs: int) -> Case:
    """Install a product of `size` components, then run again with nothing to do."""
    product = random_product(size, schedule, seed=1)
    case = Case(size, schedule, product.critical_seconds())
    for _ in range(runs):
        with tempfile.TemporaryDirectory(prefix="stratum-bench-") as folder:
            project = Project(Path(folder), product)
            project.write()
            before = _cpu_seconds()
            case.install.append(_timed(project, "changed", size))
            case.cpu.append(_cpu_seconds() - before)
            case.edges = _checked_edges(project)
            case.unchanged.append(_timed(project, "unchanged", size))
        print(
            f"{size} {schedule}: {case.install[-1]:.1f} s, {case.unchanged[-1]:.1f} s", flush=True
        )
    return case


def report(cases: Sequence[Case], startup: float) -> str:
    """The section of RESULTS.md."""
    date = datetime.now(UTC).strftime("%Y-%m-%d")
    rows = [_row(case, startup) for case in cases]
    return "\n".join(
        [
            "## Engine",
            "",
            f"`python bench/engine.py`, {date}, {_machine()}. {len(cases[0].install)} runs each: "
            "median (smallest to largest). Components wait 2 to 8 s in an action plugin, each in "
            "a role of its own with up to three needs; `--forks` is the number of instances. "
            "Every run was checked: the order was kept over all its edges.",
            "",
            f"An empty run of ansible-playbook takes {startup:.2f} s here; it is in all times, but "
            "not in the cost of an unchanged instance.",
            "",
            "| instances | schedule | edges | critical path | wall time | ratio | processor time "
            "| unchanged run | per unchanged instance |",
            "|---|---|---|---|---|---|---|---|---|",
            *rows,
            "",
            "Goals: ratio at most 1.3; an unchanged instance at most 60 ms.",
        ]
    )


def _row(case: Case, startup: float) -> str:
    wall, unchanged = statistics.median(case.install), statistics.median(case.unchanged)
    each = (unchanged - startup) / case.size * 1000
    return (
        f"| {case.size} | {case.schedule} | {case.edges} | {case.critical:.1f} s "
        f"| {_spread(case.install)} | {wall / case.critical:.2f} "
        f"| {statistics.median(case.cpu):.1f} s | {_spread(case.unchanged)} | {each:.0f} ms |"
    )


def _spread(times: Sequence[float]) -> str:
    return f"{statistics.median(times):.1f} s ({min(times):.1f} to {max(times):.1f})"


def _timed(project: Project, state: str, size: int) -> float:
    """Wall time of one run, which must end with `state` for every instance."""
    begin = time.perf_counter()
    done = project.run("--forks", str(size))
    seconds = time.perf_counter() - begin
    events, _wrong = order.parse(project.journals()[-1].read_bytes())
    found = [event["state"] for event in events if event["event"] == "ended"]
    if done.returncode or found != [state] * size:
        raise BenchError(f"not every instance is {state}:\n{done.stdout}\n{done.stderr}")
    return seconds


def _cpu_seconds() -> float:
    """Processor time of all ended children and theirs; other users of the machine are not in it."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _checked_edges(project: Project) -> int:
    verdict = order.check_journal(project.journals()[-1].read_bytes())
    if not verdict.kept:
        raise BenchError("\n".join(verdict.lines()))
    return verdict.edges


def _empty_run() -> float:
    """ansible-playbook with an instance that no host matches."""
    with tempfile.TemporaryDirectory(prefix="stratum-bench-") as folder:
        project = Project(Path(folder), random_product(1, "graph", seed=1))
        project.write()
        begin = time.perf_counter()
        project.run("--list-hosts")
        return time.perf_counter() - begin


def _resolver() -> str:
    """The resolver's own benchmark, as it prints it."""
    command = [sys.executable, str(ROOT / "bench" / "resolver.py"), "1000"]
    done = subprocess.run(command, text=True, capture_output=True, check=True)
    return f"Resolver (`python bench/resolver.py`): {done.stdout.strip()}. Goal: under 1 s."


def _machine() -> str:
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    name = model.group(1).strip() if model else platform.machine()
    load = os.getloadavg()[0]
    python = platform.python_version()
    return f"{os.cpu_count()} cores ({name}), Python {python}, load {load:.1f} at the end"


def _save(text: str) -> None:
    """Replace this benchmark's part of RESULTS.md and leave the others'."""
    old = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "# Benchmarks\n"
    before, begin, rest = old.partition(BEGIN)
    after = rest.partition(END)[2] if begin else ""
    section = f"{BEGIN}\n{text}\n{END}"
    head = before if begin else f"{before.rstrip()}\n\n"
    RESULTS.write_text(f"{head}{section}{after or chr(10)}", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--sizes", default="12,50,150")
    return parser.parse_args()


if __name__ == "__main__":
    main()
