"""What the engine costs: made-up products of several sizes through the real playbooks/site.yml.

python bench/engine.py [--runs 3] [--sizes 12,50,150]    writes the tables in bench/RESULTS.md
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / ".collections"))

from ansible_collections.stratum.platform.bench import results  # noqa: E402
from ansible_collections.stratum.platform.bench.generated import (  # noqa: E402
    Project,
    random_product,
)
from ansible_collections.stratum.platform.bench.usage import BenchError  # noqa: E402
from ansible_collections.stratum.platform.plugins.module_utils.run import order  # noqa: E402

SCHEDULES = ("tiers", "graph")


@dataclass(frozen=True)
class Run:
    """What one run took, in seconds: on the clock, and of the processors."""

    wall: float
    main: float
    workers: float


@dataclass
class Case:
    """One size and schedule, and its runs."""

    size: int
    schedule: str
    critical: float
    install: list[Run] = field(default_factory=list)
    unchanged: list[Run] = field(default_factory=list)
    edges: int = 0


def main() -> None:
    arguments = _arguments()
    sizes = [int(size) for size in arguments.sizes.split(",")]
    startup = [_empty_run() for _ in range(arguments.runs)]
    cases = [measure(size, schedule, arguments.runs) for size in sizes for schedule in SCHEDULES]
    text = f"{report(cases, statistics.median(startup))}\n\n{_resolver()}"
    print(text)
    results.save("engine", text)


def measure(size: int, schedule: str, runs: int) -> Case:
    """Install a product of `size` components, then run again with nothing to do."""
    product = random_product(size, schedule, seed=1)
    case = Case(size, schedule, product.critical_seconds())
    for _ in range(runs):
        with tempfile.TemporaryDirectory(prefix="stratum-bench-") as folder:
            project = Project(Path(folder), product)
            project.write()
            case.install.append(_timed(project, "changed", size))
            case.edges = _checked_edges(project)
            case.unchanged.append(_timed(project, "unchanged", size))
        print(
            f"{size} {schedule}: {case.install[-1].wall:.1f} s, {case.unchanged[-1].wall:.1f} s",
            flush=True,
        )
    return case


def report(cases: Sequence[Case], startup: float) -> str:
    """The section of RESULTS.md."""
    rows = [_row(case, startup) for case in cases]
    return "\n".join(
        [
            "## Engine",
            "",
            f"`python bench/engine.py`, {results.place()}. {len(cases[0].install)} runs each: "
            "median (smallest to largest). Components wait 2 to 8 s in an action plugin, each in "
            "a role of its own with up to three needs; `--forks` is the number of instances. "
            "Every run was checked: the order was kept over all its edges.",
            "",
            f"An empty run of ansible-playbook takes {startup:.2f} s here; it is in all times, but "
            "not in the cost of an unchanged instance.",
            "",
            "| instances | schedule | edges | critical path | wall time | ratio | processor time "
            "| unchanged run | per unchanged instance | processor time |",
            "|---|---|---|---|---|---|---|---|---|---|",
            *rows,
            "",
            "Processor time is of all cores: ansible-playbook's main process + its workers.",
            "",
            "Goals: ratio at most 1.3; an unchanged instance at most 60 ms.",
        ]
    )


def _row(case: Case, startup: float) -> str:
    wall = statistics.median(run.wall for run in case.install)
    unchanged = statistics.median(run.wall for run in case.unchanged)
    each = (unchanged - startup) / case.size * 1000
    return (
        f"| {case.size} | {case.schedule} | {case.edges} | {case.critical:.1f} s "
        f"| {_spread(case.install)} | {wall / case.critical:.2f} | {_processor(case.install)} "
        f"| {_spread(case.unchanged)} | {each:.0f} ms | {_processor(case.unchanged)} |"
    )


def _spread(runs: Sequence[Run]) -> str:
    return results.spread([run.wall for run in runs])


def _processor(runs: Sequence[Run]) -> str:
    main = statistics.median(run.main for run in runs)
    workers = statistics.median(run.workers for run in runs)
    return f"{main:.1f} + {workers:.1f} s"


def _timed(project: Project, state: str, size: int) -> Run:
    """What one run took, which must end with `state` for every instance."""
    begin = time.perf_counter()
    running = project.start("--forks", str(size))
    with ThreadPoolExecutor() as pool:
        texts = [pool.submit(pipe.read) for pipe in (running.stdout, running.stderr) if pipe]
        # Not waited for in the usual way: the kernel would forget what the process has used.
        os.waitid(os.P_PID, running.pid, os.WEXITED | os.WNOWAIT)
        run = Run(time.perf_counter() - begin, *_processor_seconds(running.pid))
        output = "\n".join(text.result() for text in texts)
    events, _wrong = order.parse(project.journals()[-1].read_bytes())
    found = [event["state"] for event in events if event["event"] == "ended"]
    if running.wait() or found != [state] * size:
        raise BenchError(f"not every instance is {state}:\n{output}")
    return run


def _processor_seconds(pid: int) -> tuple[float, float]:
    """Of a process and of its children that have ended (Linux, /proc)."""
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    user, system, of_children, system_of_children = (int(ticks) for ticks in stat[11:15])
    tick = os.sysconf("SC_CLK_TCK")
    return (user + system) / tick, (of_children + system_of_children) / tick


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


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--sizes", default="12,50,150")
    return parser.parse_args()


if __name__ == "__main__":
    main()
