"""Packs our charts with the images of this commit by digest, and pushes them.

    HELM_REPO_REGISTRY=… HELM_REPO_USER=… HELM_REPO_PASSWORD=… python -m release.charts

Reads build/release/images.json, writes the charts' digests to build/release/charts.json.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from release.build import ROOT
from release.images import TARGET as IMAGES
from release.registry import Registry, call, last_line, signed_in
from release.summary import failed
from release.tree import Checkout, ReleaseError
from release.version import Built, of_commit

TARGET = IMAGES.with_name("charts.json")
# In values.yaml: a repository of ours, and the digest that belongs to it.
IMAGE = re.compile(
    r"(?m)^(?P<head>(?P<indent> +)repository: )stratum/(?P<name>[a-z-]+)$"
    r'(?P<between>(?:\n(?P=indent).*)*?\n(?P=indent)digest: )""$'
)
DIGEST = re.compile(r"(?m)^Digest: (sha256:[0-9a-f]{64})$")
# Its appVersion is MinIO's; that of the others is ours.
FOREIGN = ("object-store",)


def with_images(values: str, registry: Registry, digests: Mapping[str, str]) -> str:
    """The text of a values.yaml that names the pushed images by digest."""

    def name(found: re.Match[str]) -> str:
        image = found["name"]
        if image not in digests:
            raise ReleaseError(f"no image {image} was pushed: make images")
        where = found["head"] + registry.image(image)
        return f'{where}{found["between"]}"{digests[image]}"'

    text, count = IMAGE.subn(name, values)
    if not count:
        raise ReleaseError("the chart's values.yaml names no image of ours")
    return text


def pack(chart: Path, target: Path, built: Built, variables: Mapping[str, str]) -> Path:
    """The archive of a chart, by helm."""
    versions = [f"--version={built.version}"]
    if chart.name not in FOREIGN:
        versions.append(f"--app-version={built.version}")
    done = call(["helm", "package", str(chart), f"--destination={target}", *versions], variables)
    if done.returncode != 0:
        raise ReleaseError(f"the chart {chart.name}: {last_line(done.stderr)}")
    return target / f"{chart.name}-{built.version}.tgz"


def push(
    registry: Registry, built: Built, digests: Mapping[str, str], root: Path, plain: bool = False
) -> dict[str, str]:
    """Pack and push all charts; gives their digests. `plain` is for a registry without TLS."""
    found = {}
    http = ["--plain-http"] if plain else []
    login = ["helm", "registry", "login", *http]
    with tempfile.TemporaryDirectory() as folder, signed_in(registry, login) as variables:
        for file in sorted(root.glob("charts/*/Chart.yaml")):
            chart = Path(folder, file.parent.name)
            shutil.copytree(file.parent, chart)
            values = chart / "values.yaml"
            text = with_images(values.read_text("utf-8"), registry, digests)
            values.write_text(text, "utf-8")
            archive = pack(chart, Path(folder), built, variables)
            done = call(["helm", "push", str(archive), registry.charts, *http], variables)
            told = DIGEST.search(done.stdout + done.stderr)
            if done.returncode != 0 or not told:
                raise ReleaseError(f"the chart {chart.name}: {last_line(done.stderr)}")
            found[chart.name] = told[1]
    return found


def main() -> int:
    """Push, and keep the digests."""
    try:
        if not IMAGES.is_file():
            raise ReleaseError(f"{IMAGES.relative_to(ROOT)} is not there: make images")
        digests = json.loads(IMAGES.read_text("utf-8"))
        registry = Registry.of(os.environ)
        charts = push(registry, of_commit(Checkout(ROOT)), digests, ROOT)
    except ReleaseError as error:
        return failed("Charts were not pushed", error)
    TARGET.write_text(json.dumps(charts, indent=2, sort_keys=True) + "\n", "utf-8")
    for name, digest in charts.items():
        print(f"{registry.charts}/{name}@{digest}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
