"""Hours of samples for Prometheus, made from what programs tell of themselves now.

So a panel with a rate has something to show without waiting for a second scrape, and every name
and label is one that a real program uses.
"""

from __future__ import annotations

import math
import re
import subprocess
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from ansible_collections.stratum.platform.tests.dashboards.grafana import Window
from testbed.build import binary

STEP = timedelta(seconds=30)
GROWING = {"counter", "histogram", "summary"}


@dataclass(frozen=True)
class Told:
    """What one target answered, and the labels that a scrape would give to it."""

    text: str
    labels: Mapping[str, str]


def names_in(texts: Iterable[str]) -> set[str]:
    """Every word of queries: the names of metrics are among them."""
    return {word for text in texts for word in re.findall(r"[A-Za-z_:][A-Za-z0-9_:]*", text)}


def write(told: Iterable[Told], wanted: Collection[str], window: Window, folder: Path) -> None:
    """Make blocks of a Prometheus in the folder, of those metrics whose names are wanted."""
    series: dict[str, list[str]] = {}
    for each in told:
        for family in text_string_to_metric_families(each.text):
            for sample in family.samples:
                if sample.name in wanted and not math.isnan(sample.value):
                    lines = _lines(family, sample, each.labels, window)
                    series.setdefault(sample.name, []).extend(lines)
    source = folder / "samples.om"
    folder.mkdir(parents=True, exist_ok=True)
    with source.open("w") as file:
        for name in sorted(series):
            file.write(f"# TYPE {name} unknown\n")
            file.writelines(series[name])
        file.write("# EOF\n")
    command = [str(binary("promtool")), "tsdb", "create-blocks-from", "openmetrics", "--quiet"]
    done = subprocess.run(
        [*command, str(source), str(folder / "data")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _lines(
    family: Metric, sample: Sample, labels: Mapping[str, str], window: Window
) -> Iterator[str]:
    """Counters grow by what they are now with each step; one at zero by one, but for histograms."""
    text = ",".join(
        f'{name}="{_quoted(value)}"' for name, value in {**sample.labels, **labels}.items()
    )
    value, growth = sample.value, 0.0
    if family.type in GROWING and not math.isinf(value):
        growth = value or (1.0 if family.type == "counter" else 0.0)
    moment, number = window.since, 0
    while moment <= window.until:
        yield f"{sample.name}{{{text}}} {value + growth * number} {moment.timestamp():.3f}\n"
        moment, number = moment + STEP, number + 1


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
