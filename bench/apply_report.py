"""The section of RESULTS.md that `bench/apply.py` writes. Pure, but for the day and the machine."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence

from . import objects, peers, results
from .tools import CHARTS, Sample, Tool
from .usage import MEBIBYTE

PHASES = ("first apply", "no change", "one change")
Samples = Mapping[str, Sequence[Sample]]
Size = Sequence[tuple[Tool, Samples]]
EXPLANATION = """\
`python bench/apply.py`, {place}. Tools run one after the other on the same API server, in \
another order each round, each in a namespace of its own: median (smallest to largest). Every \
result was checked on the server: all objects there, without a change none written, with one \
change exactly that one. The objects are {kinds}; their pods run on nodes of kwok, which become \
ready at once.

`stratum.platform.release` waits until all is ready, and records a revision where something \
changed; `helmfile` waits as Helm does; `kubectl` and `kubernetes.core.k8s` do not wait, but for \
the row that says so. *The task* is the time that ansible-playbook's main process sees between \
the start of the task and its result, taken by a callback; the row below it is the whole process. \
Memory is that of the process which held the most (`ru_maxrss`); processor time is that of all \
processes, without a change. helmfile has the objects in {charts} charts with no dependencies; \
kubernetes.core {core} is that of the PyPI package `ansible`; helmfile {helmfile} runs with \
helm-diff {diff}, the newest that could be had, without that one's check of the objects."""


def text(sizes: Mapping[int, Size]) -> str:
    """The whole section."""
    about = EXPLANATION.format(
        place=results.place(),
        kinds=", ".join(objects.KINDS),
        charts=CHARTS,
        core=peers.kubernetes_core(),
        helmfile=peers.HELMFILE[1],
        diff=peers.HELM_DIFF[1],
    )
    blocks = [line for size, found in sizes.items() for line in ["", *_block(size, found)]]
    return "\n".join(["## Applying objects", "", about, *blocks])


def _block(size: int, found: Size) -> list[str]:
    rows = [row for tool, samples in found for row in _rows(tool, samples)]
    return [
        f"### {size} objects",
        "",
        f"| tool | runs | {' | '.join(PHASES)} | processor time | memory |",
        f"|---|---|{'---|' * len(PHASES)}---|---|",
        *rows,
        "",
        *_goals({tool.key: samples for tool, samples in found}),
    ]


def _rows(tool: Tool, samples: Samples) -> list[str]:
    every = [sample for phase in PHASES for sample in samples[phase]]
    runs = len(samples[PHASES[0]])
    wholes = [results.spread([s.whole.seconds for s in samples[p]], 2) for p in PHASES]
    processor = statistics.median(s.whole.processor for s in samples[PHASES[1]])
    memory = max(s.whole.memory for s in every) / MEBIBYTE
    used = f"{processor:.2f} s | {memory:.0f} MiB"
    if every[0].task is None:
        return [f"| {tool.name} | {runs} | {' | '.join(wholes)} | {used} |"]
    tasks = [results.spread([s.least for s in samples[p]], 2) for p in PHASES]
    return [
        f"| {tool.name}: the task | {runs} | {' | '.join(tasks)} | | |",
        f"| {tool.name}: ansible-playbook | {runs} | {' | '.join(wholes)} | {used} |",
    ]


def _goals(found: Mapping[str, Samples]) -> list[str]:
    """How the release task stands to the others; each ratio is the median of those of one round."""
    wanted = (
        ("times kubectl's time", "kubectl", False, "at most 1.2"),
        ("times kubectl's time with rollout status", "kubectl-wait", False, ""),
        ("faster than kubernetes.core's list", "list", True, "at least 4"),
        ("faster than kubernetes.core's loop", "loop", True, ""),
        ("faster than helmfile sync", "helmfile-sync", True, "at least 10"),
        ("faster than helmfile apply", "helmfile-apply", True, "at least 10"),
    )
    if "stratum" not in found:
        return []
    rows = [
        f"| {name} | {' | '.join(_ratio(found['stratum'], found[key], p, faster) for p in PHASES)} "
        f"| {goal} |"
        for name, key, faster, goal in wanted
        if key in found
    ]
    head = f"| the task `stratum.platform.release` is | {' | '.join(PHASES)} | goal |"
    return [head, f"|---|{'---|' * len(PHASES)}---|", *rows]


def _ratio(own: Samples, other: Samples, phase: str, faster: bool) -> str:
    pairs = list(zip(own[phase], other[phase], strict=False))
    ratios = [b.least / a.least if faster else a.least / b.least for a, b in pairs]
    return f"{statistics.median(ratios):.2f} x"
