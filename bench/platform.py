"""What the product observability takes on a real Kubernetes: install, nothing to do, upgrade.

python bench/platform.py [--runs 3]    writes its section of bench/RESULTS.md
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
# As a program its own folder comes first, in which it has the name of a module of Python's own.
sys.path[0] = str(ROOT / ".collections")
sys.path[1:1] = [str(ROOT / "tests" / "cluster")]

from ansible_collections.stratum.platform.bench import results, usage  # noqa: E402
from ansible_collections.stratum.platform.bench.ground import Ground  # noqa: E402
from ansible_collections.stratum.platform.bench.usage import (  # noqa: E402
    MEBIBYTE,
    BenchError,
    Usage,
)
from ansible_collections.stratum.platform.plugins.module_utils.run import order  # noqa: E402
from ansible_collections.stratum.platform.plugins.module_utils.run.critical import (  # noqa: E402
    critical_path,
)
from ansible_collections.stratum.platform.plugins.module_utils.run.timeline import (  # noqa: E402
    of_events,
)
from environment import Environment  # noqa: E402
from observability import another_gateway, by_component, told, write_product  # noqa: E402
from testbed.build import binary  # noqa: E402
from testbed.services_images import build_services  # noqa: E402

NAMESPACE = "bench-platform"
KINDS = ("install", "nothing to do", "upgrade")
# Nobody listens: alerts are none of what is measured.
WEBHOOK = "http://127.0.0.1:9/"


@dataclass(frozen=True)
class Sample:
    """One run of site.yml; `critical` are the seconds of work on its critical path."""

    used: Usage
    critical: float
    states: Counter[str]


@dataclass
class Samples:
    """All runs, by what they were for."""

    of: dict[str, list[Sample]] = field(default_factory=lambda: {kind: [] for kind in KINDS})


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--no-save", action="store_true", help="leave RESULTS.md as it is")
    arguments = parser.parse_args()
    samples = Samples()
    with (
        Ground(fake_nodes=0) as ground,
        tempfile.TemporaryDirectory(prefix="stratum-bench-") as folder,
    ):
        cluster, services = ground.cluster, build_services()
        for image in services.values():
            cluster.load(image)
        references = {name: image.by_digest for name, image in services.items()}
        found = by_component(cluster, references)
        product = Environment(Path(folder), "bench")
        write_product(product.project, found, another_gateway(cluster, found["data_gateway"]))
        content = told(cluster, NAMESPACE, references["store"], WEBHOOK)
        for _ in range(arguments.runs):
            measure(ground, product, content, samples)
    text = report(samples)
    print(text)
    if not arguments.no_save:
        results.save("platform", text)


def measure(
    ground: Ground, product: Environment, content: dict[str, object], samples: Samples
) -> None:
    """From nothing to release 1.0.0, again, then to 1.1.0; everything is removed afterwards."""
    try:
        for kind, release, states in (
            ("install", "1.0.0", {"changed"}),
            ("nothing to do", "1.0.0", {"unchanged"}),
            ("upgrade", "1.1.0", {"changed", "unchanged"}),
        ):
            product.write(release=release, **content)
            sample = _run(product)
            if set(sample.states) != states:
                raise BenchError(f"{kind}: not {states}, but {dict(sample.states)}")
            samples.of[kind].append(sample)
            print(f"{kind}: {sample.used.seconds:.1f} s", flush=True)
    finally:
        product.play("uninstall", "-e", "component_purge=observability")
        ground.drop([NAMESPACE])


def _run(product: Environment) -> Sample:
    command = [
        str(Path(sys.executable).with_name("ansible-playbook")),
        str(ROOT / "playbooks" / "site.yml"),
        "--inventory",
        str(product.project / "inventories" / product.name),
    ]
    environment = {
        "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
        "PATH": f"{binary('helm').parent}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/bin",
    }
    used = usage.run(command, ROOT, environment, whole_tree=True)
    journal = product.journal.read_bytes()
    verdict = order.check_journal(journal)
    if not verdict.kept:
        raise BenchError("\n".join(verdict.lines()))
    events, _wrong = order.parse(journal)
    timeline = of_events(events)
    hops = critical_path(timeline.bars) if timeline else ()
    states = Counter(event["state"] for event in events if event["event"] == "ended")
    return Sample(used, sum(hop.seconds for hop in hops), states)


def report(samples: Samples) -> str:
    """The section of RESULTS.md."""
    runs = len(samples.of["install"])
    instances = sum(samples.of["install"][0].states.values())
    return "\n".join(
        [
            "## The observability platform",
            "",
            f"`python bench/platform.py`, {results.place()}. {runs} runs each: median (smallest to "
            f"largest). The product observability with all that it can have on one cluster: "
            f"{instances} instances, as running pods on the test bed's Kubernetes, whose one node "
            "shares the machine; Grafana, the log agent and kube-state-metrics are stand-ins. The "
            "images are on the node already. The upgrade changes the gateway alone. Every run was "
            "checked: the final state of each instance, and the order over all edges. Memory is "
            "that of ansible-playbook and all its workers together, in which what they share "
            "counts once.",
            "",
            "| run | wall time | critical path | ratio | processor time | memory |",
            "|---|---|---|---|---|---|",
            *(_row(kind, samples.of[kind]) for kind in KINDS),
        ]
    )


def _row(kind: str, samples: list[Sample]) -> str:
    walls = [sample.used.seconds for sample in samples]
    critical = statistics.median(sample.critical for sample in samples)
    ratio = f"{statistics.median(walls) / critical:.2f}" if critical > 1 else "-"
    processor = statistics.median(sample.used.processor for sample in samples)
    memory = max(sample.used.together for sample in samples) / MEBIBYTE
    return (
        f"| {kind} | {results.spread(walls)} | {critical:.1f} s | {ratio} "
        f"| {processor:.1f} s | {memory:.0f} MiB |"
    )


if __name__ == "__main__":
    main()
