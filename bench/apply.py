"""What bringing objects onto a cluster costs: Stratum's task beside those of others, same server.

python bench/apply.py [--runs 5] [--sizes 150,1500]    writes its section of bench/RESULTS.md
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / ".collections"))

from ansible_collections.stratum.platform.bench import (  # noqa: E402
    apply_report,
    objects,
    peers,
    results,
    tools,
)
from ansible_collections.stratum.platform.bench.ground import (  # noqa: E402
    Ground,
    check_changed,
    check_there,
)
from ansible_collections.stratum.platform.bench.objects import Part  # noqa: E402
from ansible_collections.stratum.platform.bench.tools import (  # noqa: E402
    HelmPrograms,
    Sample,
    Tool,
)
from ansible_collections.stratum.platform.bench.usage import BenchError  # noqa: E402

FIRST, SAME, ONE = apply_report.PHASES
KEYS = ("stratum", "kubectl", "kubectl-wait", "list", "loop", "helmfile-sync", "helmfile-apply")
# A loop takes minutes already at the smaller size.
LOOP_AT_MOST = 150
ROUNDS_OF_SLOW_TOOLS = {"loop": 1, "helmfile-sync": 3, "helmfile-apply": 3}
# At a larger size they take minutes for one thing: each does it once.
LARGE = 1000


@dataclass
class Course:
    """One tool at one size, in a namespace and a folder of its own."""

    tool: Tool
    folder: Path
    namespace: str
    parts: list[Part]
    samples: dict[str, list[Sample]] = field(default_factory=dict)

    @property
    def wanted(self) -> list[objects.Manifest]:
        return objects.all_of(self.parts)

    def measure(self, phase: str, parts: Sequence[Part]) -> None:
        """Write the sources, run the tool, keep the sample."""
        self.tool.write(self.folder, parts)
        sample = self.tool.run(self.folder)
        self.samples.setdefault(phase, []).append(sample)
        print(f"{len(self.wanted)} {self.tool.key}, {phase}: {sample.least:.2f} s", flush=True)


def main() -> None:
    arguments = _arguments()
    sizes = [int(size) for size in arguments.sizes.split(",")]
    keys = arguments.tools.split(",")
    with Ground() as ground:
        courses = {size: measure(ground, size, keys, arguments.runs) for size in sizes}
    text = apply_report.text(
        {size: [(c.tool, c.samples) for c in found] for size, found in courses.items()}
    )
    print(text)
    if not arguments.no_save:
        results.save("apply", text)


def measure(ground: Ground, size: int, keys: Sequence[str], runs: int) -> list[Course]:
    """Every tool in every round, and in another order each time."""
    with tempfile.TemporaryDirectory(prefix="stratum-bench-") as folder:
        courses = [_course(ground, key, size, Path(folder)) for key in keys if _fits(key, size)]
        try:
            for number in range(runs):
                for course in _taking_part(courses, number):
                    _first(ground, course)
            for number in range(runs):
                for course in _taking_part(courses, number):
                    _same(ground, course)
            for number in range(runs):
                for course in _taking_part(courses, number):
                    _one_change(ground, course, number)
        finally:
            ground.drop([course.namespace for course in courses])
    return courses


def _first(ground: Ground, course: Course) -> None:
    ground.fresh(course.namespace)
    course.measure(FIRST, course.parts)
    check_there(ground.seen(course.namespace), course.wanted)
    ground.settle(course.namespace)


def _same(ground: Ground, course: Course) -> None:
    before = ground.seen(course.namespace)
    course.measure(SAME, course.parts)
    check_changed(before, ground.seen(course.namespace), course.wanted, [])


def _one_change(ground: Ground, course: Course, number: int) -> None:
    before, middle, mark = ground.seen(course.namespace), len(course.parts) // 2, f"round {number}"
    parts = list(course.parts)
    parts[middle] = parts[middle].changed(mark)
    course.measure(ONE, parts)
    after, changed = ground.seen(course.namespace), parts[middle].settings
    check_changed(before, after, course.wanted, [changed])
    if ground.mark(changed) != mark:
        raise BenchError(f"{course.tool.name}: the change did not happen")


def _taking_part(courses: Sequence[Course], number: int) -> list[Course]:
    """Those that have a run in this round, beginning with another one each time."""
    shift = number % len(courses)
    turned = [*courses[shift:], *courses[:shift]]
    return [course for course in turned if number < _rounds(course, number + 1)]


def _rounds(course: Course, most: int) -> int:
    """In how many rounds a tool takes part."""
    rounds = ROUNDS_OF_SLOW_TOOLS.get(course.tool.key)
    if rounds is None:
        return most
    return 1 if len(course.wanted) >= LARGE else rounds


def _course(ground: Ground, key: str, size: int, folder: Path) -> Course:
    namespace, own = f"bench-{key}", folder / key
    own.mkdir()
    return Course(_tool(ground, key, namespace), own, namespace, objects.parts(size, namespace))


def _tool(ground: Ground, key: str, namespace: str) -> Tool:
    access = ground.kubeconfig
    if key == "stratum":
        playbook = Path(sys.executable).with_name("ansible-playbook")
        return tools.stratum(playbook, ROOT / ".collections", access, namespace)
    if key in ("list", "loop"):
        return tools.kubernetes_core(peers.ansible(), access, loop=key == "loop")
    if key in ("kubectl", "kubectl-wait"):
        return tools.kubectl(ground.program("kubectl"), access, waits=key == "kubectl-wait")
    if key in ("helmfile-sync", "helmfile-apply"):
        programs = HelmPrograms(peers.helmfile(), ground.program("helm"), peers.helm_plugins())
        return tools.helmfile(programs, access, key.removeprefix("helmfile-"))
    raise BenchError(f"there is no tool {key}; there are {', '.join(KEYS)}")


def _fits(key: str, size: int) -> bool:
    return key != "loop" or size <= LOOP_AT_MOST


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5, help="of each tool; slow ones have fewer")
    parser.add_argument("--sizes", default="150,1500", help="how many objects")
    parser.add_argument("--tools", default=",".join(KEYS), help=f"of {', '.join(KEYS)}")
    parser.add_argument("--no-save", action="store_true", help="leave RESULTS.md as it is")
    return parser.parse_args()


if __name__ == "__main__":
    main()
