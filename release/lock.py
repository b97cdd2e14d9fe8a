"""Writes the release lock of this commit: our components with its images, the rest as before.

    HELM_REPO_REGISTRY=… python -m release.lock observability 1.1.0 [IMAGES.json]

From the release 1.1.0 comes build/release/observability-1.1.0-g<commit>.yml; its path is printed.
It is for Kubernetes: no wheel of this commit was built, so it names none.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from release.build import ROOT
from release.images import TARGET as IMAGES
from release.summary import failed
from release.tree import Checkout, ReleaseError
from release.version import Built, of_commit

# Component → the images that its role takes, in the role's order.
WANTED: Mapping[str, tuple[str, ...]] = {
    "object_store": ("minio", "store"),
    "warehouse": ("warehouse",),
    "collector": ("collector",),
    "etl": ("etl",),
    "console": ("console",),
}
OWN = ("warehouse", "collector", "etl", "console")
TARGET = IMAGES.parent
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def written(
    lock: Mapping[str, Any], built: Built, place: str, digests: Mapping[str, str]
) -> dict[str, Any]:
    """The lock of the commit.

    Args:
        lock: the release that it is made from.
        built: the commit.
        place: the registry and path that the images were pushed to.
        digests: of the images, by their names.
    """
    components = {name: dict(entry) for name, entry in lock["components"].items()}
    faults = list(_faults(components, digests))
    if faults:
        raise ReleaseError("; ".join(faults))
    for name, images in WANTED.items():
        if name in components:
            named = [f"{place}/{each}:{built.version}@{digests[each]}" for each in images]
            components[name] = _entry(name, components[name], named, built)
    version = f"{lock['version']}-g{built.commit[:12]}"
    return {**lock, "version": version, "components": components}


def _faults(components: Mapping[str, Any], digests: Mapping[str, str]) -> list[str]:
    """An image by anything but a digest could be another one tomorrow."""
    wanted = dict.fromkeys(each for name in WANTED if name in components for each in WANTED[name])
    if not wanted:
        return ["the product has no component with images of ours"]
    return [
        f"the digest of the image {name} is {digests.get(name, 'not given')}: make images"
        for name in wanted
        if not DIGEST.fullmatch(digests.get(name, ""))
    ]


def _entry(name: str, entry: Mapping[str, Any], images: list[str], built: Built) -> dict[str, Any]:
    if "kubernetes" in entry:
        return {**entry, "kubernetes": {**entry["kubernetes"], "images": images}}
    if name not in OWN:
        return {**entry, "images": images}
    source = {"repository": built.repository, "tag": built.tag, "commit": built.commit}
    return {"version": built.version, "source": source, "files": [], "images": images}


def write(target: Path, release: str, lock: Mapping[str, Any]) -> Path:
    """The lock as a file of the folder `target`."""
    path = target / f"{lock['product']}-{lock['version']}.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    head = f"# Made by release/lock.py from the release {release} and the images of a commit."
    # As JSON, every string stays one: versions, dates, commits of digits alone.
    path.write_text(f"{head}\n---\n{json.dumps(lock, indent=2)}\n", "utf-8")
    return path


def read(root: Path, product: str, release: str) -> dict[str, Any]:
    """A lock of the project."""
    path = root / "products" / product / "releases" / f"{release}.yml"
    if not path.is_file():
        raise ReleaseError(f"there is no release {release} of {product}: {path.relative_to(root)}")
    return dict(yaml.load(path.read_text("utf-8"), Loader=_Loader))  # noqa: S506  (a SafeLoader)


class _Loader(yaml.SafeLoader):
    """Leaves days as text, as the schema wants them."""


_Loader.yaml_implicit_resolvers = {
    first: [rule for rule in rules if rule[0] != "tag:yaml.org,2002:timestamp"]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def main(arguments: Sequence[str]) -> int:
    """Write the lock and print its path."""
    parser = argparse.ArgumentParser(description="Write the release lock of this commit.")
    parser.add_argument("product")
    parser.add_argument("release")
    parser.add_argument("images", type=Path, nargs="?", default=IMAGES)
    given = parser.parse_args(arguments)
    try:
        place = os.environ.get("HELM_REPO_REGISTRY", "").strip()
        if not place:
            raise ReleaseError("it is not said where the images are: set HELM_REPO_REGISTRY")
        if not given.images.is_file():
            raise ReleaseError(f"{given.images} is not there: make images")
        digests = json.loads(given.images.read_text("utf-8"))
        built = of_commit(Checkout(ROOT))
        lock = written(read(ROOT, given.product, given.release), built, place, digests)
        print(write(TARGET, given.release, lock).relative_to(ROOT))
    except ReleaseError as error:
        return failed("The release lock was not written", error)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
