"""How installing a product on Kubernetes grows: 30 and 300 components of five objects each.

python bench/scale.py [--runs 2] [--sizes 30,300]    writes its section of bench/RESULTS.md
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / ".collections"))

from ansible_collections.stratum.platform.bench import results  # noqa: E402
from ansible_collections.stratum.platform.bench.cluster_product import (  # noqa: E402
    TIERS,
    ClusterProject,
)
from ansible_collections.stratum.platform.bench.ground import Ground, check_there  # noqa: E402
from ansible_collections.stratum.platform.bench.objects import OBJECTS_A_PART  # noqa: E402
from ansible_collections.stratum.platform.bench.usage import (  # noqa: E402
    MEBIBYTE,
    BenchError,
    Usage,
)
from ansible_collections.stratum.platform.plugins.module_utils.run import order  # noqa: E402

ROW = "| {components} | {objects} | {edges} | {run} | {seconds} | {each} | {processor} | {memory} |"


@dataclass
class Case:
    """One size; a usage a run."""

    components: int
    edges: int = 0
    install: list[Usage] = field(default_factory=list)
    unchanged: list[Usage] = field(default_factory=list)


def main() -> None:
    arguments = _arguments()
    cases = [Case(int(size)) for size in arguments.sizes.split(",")]
    with Ground() as ground:
        for _ in range(arguments.runs):
            for case in cases:
                measure(ground, case)
    text = report(cases)
    print(text)
    if not arguments.no_save:
        results.save("scale", text)


def measure(ground: Ground, case: Case) -> None:
    """Install the product where nothing of it is, then run again with nothing to do."""
    with tempfile.TemporaryDirectory(prefix="stratum-bench-") as folder:
        project = ClusterProject(Path(folder), case.components, ground.kubeconfig)
        project.write()
        ground.drop(project.namespaces)
        try:
            case.install.append(project.run())
            case.edges = _check_run(project, "changed")
            _check_objects(ground, project)
            case.unchanged.append(project.run())
            _check_run(project, "unchanged")
        finally:
            ground.drop(project.namespaces)
    taken = case.install[-1].seconds, case.unchanged[-1].seconds
    print(f"{case.components}: {taken[0]:.1f} s, unchanged {taken[1]:.1f} s", flush=True)


def _check_run(project: ClusterProject, state: str) -> int:
    """Every instance must have ended with `state`, and the order must have been kept."""
    journal = project.journal()
    events, _wrong = order.parse(journal)
    states = Counter(event["state"] for event in events if event["event"] == "ended")
    if states != {state: project.components}:
        raise BenchError(f"not all {project.components} instances are {state}: {dict(states)}")
    verdict = order.check_journal(journal)
    if not verdict.kept:
        raise BenchError("\n".join(verdict.lines()))
    return verdict.edges


def _check_objects(ground: Ground, project: ClusterProject) -> None:
    """All objects must be there, and a pod of every Deployment must be ready."""
    for namespace in project.namespaces:
        wanted = [m for m in project.objects if m["metadata"]["namespace"] == namespace]
        check_there(ground.seen(namespace), wanted)
        deployments = sum(manifest["kind"] == "Deployment" for manifest in wanted)
        if (ready := ground.ready_pods(namespace)) != deployments:
            raise BenchError(f"{ready} of {deployments} pods in {namespace} are ready")


def report(cases: list[Case]) -> str:
    """The section of RESULTS.md."""
    rows = [row for case in cases for row in _rows(case)]
    return "\n".join(
        [
            "## Scale",
            "",
            f"`python bench/scale.py`, {results.place()}. {len(cases[0].install)} runs each: "
            f"median (smallest to largest). A component has {OBJECTS_A_PART} objects; they stand "
            f"in {TIERS} tiers, through playbooks/site.yml and the role manifest with the forks of "
            "ansible.cfg; pods run on nodes of kwok. Every run was checked: the final state of "
            "each instance, the order over all edges, every object and every pod. Memory is that "
            "of all processes together, in which what they share counts once (looked at each "
            "second), and that of the largest one.",
            "",
            "| components | objects | edges | run | wall time | a component | processor time "
            "| memory |",
            "|---|---|---|---|---|---|---|---|",
            *rows,
            "",
            *_growth(cases),
        ]
    )


def _rows(case: Case) -> list[str]:
    return [_row(case, "install", case.install), _row(case, "nothing to do", case.unchanged)]


def _row(case: Case, run: str, used: list[Usage]) -> str:
    seconds = [each.seconds for each in used]
    together = max(each.together for each in used) / MEBIBYTE
    largest = max(each.memory for each in used) / MEBIBYTE
    return ROW.format(
        components=case.components,
        objects=case.components * OBJECTS_A_PART,
        edges=case.edges,
        run=run,
        seconds=results.spread(seconds),
        each=f"{statistics.median(seconds) / case.components * 1000:.0f} ms",
        processor=f"{statistics.median(each.processor for each in used):.1f} s",
        memory=f"{together:.0f} MiB; {largest:.0f} MiB",
    )


def _growth(cases: list[Case]) -> list[str]:
    """How much more the largest product takes than the smallest."""
    small, large = cases[0], cases[-1]
    if small is large:
        return []
    factor = large.components / small.components
    install = _times(small.install, large.install)
    unchanged = _times(small.unchanged, large.unchanged)
    return [
        f"{factor:.0f} times the components take {install:.1f} times as long to install, and "
        f"{unchanged:.1f} times as long where nothing is to be done."
    ]


def _times(small: list[Usage], large: list[Usage]) -> float:
    middle = [statistics.median(each.seconds for each in used) for used in (small, large)]
    return middle[1] / middle[0]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=2, help="of each size")
    parser.add_argument("--sizes", default="30,300", help="how many components")
    parser.add_argument("--no-save", action="store_true", help="leave RESULTS.md as it is")
    return parser.parse_args()


if __name__ == "__main__":
    main()
