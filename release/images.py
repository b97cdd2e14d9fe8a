"""Builds the images of our services, and MinIO's, for several architectures, and pushes them.

    HELM_REPO_REGISTRY=… HELM_REPO_USER=… HELM_REPO_PASSWORD=… python -m release.images

Writes the digests to build/release/images.json; the charts and the release lock are made from them.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from release.build import ROOT
from release.registry import Registry, call, last_line, signed_in
from release.summary import failed
from release.tree import PAGE, Checkout, ReleaseError
from release.version import Built, of_commit

TARGET = ROOT / "build" / "release" / "images.json"
PLATFORMS = "linux/amd64,linux/arm64"
SERVICES = ("collector", "etl", "warehouse", "console", "store")
MINIO = "minio"
NAMES = (*SERVICES, MINIO)
MINIO_MODULE = "tests/cluster/modules/minio"
BUILDER = "stratum-release"


@dataclass(frozen=True)
class Image:
    """What one image is built from."""

    name: str
    context: Path
    dockerfile: Path
    arguments: Mapping[str, str]


def planned(root: Path, context: Path, built: Built) -> list[Image]:
    """All images.

    Args:
        root: the checkout.
        context: a new folder for what the services' images are made of.
        built: what their labels say.
    """
    labels = {"VERSION": built.version, "REVISION": built.commit, "SOURCE": built.repository}
    write_context(root, context)
    found = [
        Image(name, context, context / "Dockerfile", {"SERVICE": name, **labels})
        for name in SERVICES
    ]
    dockerfile = root / "release" / "minio.Dockerfile"
    return [*found, Image(MINIO, root / MINIO_MODULE, dockerfile, labels)]


def write_context(root: Path, context: Path) -> None:
    """The services' shipped files and the built page; what lies about beside them stays out."""
    for name in Checkout(root).shipped():
        for room, place in (("services/", ""), (f"{PAGE}/", "page/")):
            if name.startswith(room):
                target = context / (place + name.removeprefix(room))
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(root / name, target)


def command(
    image: Image, registry: Registry, built: Built, platforms: str, told: Path
) -> list[str]:
    """How docker builds and pushes an image; the digest goes to the file `told`."""
    values = [f"--build-arg={key}={value}" for key, value in image.arguments.items()]
    return [
        *("docker", "buildx", "build", f"--builder={BUILDER}", f"--platform={platforms}"),
        *(f"--file={image.dockerfile}", *values, "--provenance=mode=min", "--push"),
        *(f"--tag={registry.image(image.name)}:{built.version}", f"--metadata-file={told}"),
        *("--progress=plain", str(image.context)),
    ]


def push(registry: Registry, built: Built, platforms: str, root: Path) -> dict[str, str]:
    """Build and push all; gives their digests by their names."""
    digests = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        signed_in(registry, ["docker", "login"]) as variables,
        builder(variables, registry),
    ):
        for image in planned(root, Path(folder, "context"), built):
            told = Path(folder, f"{image.name}.json")
            print(f"building {image.name} {built.version} for {platforms}", flush=True)
            done = call(command(image, registry, built, platforms, told), variables)
            if done.returncode != 0:
                print(done.stderr, file=sys.stderr)
                raise ReleaseError(f"the image {image.name}: {last_line(done.stderr)}")
            digests[image.name] = str(json.loads(told.read_text("utf-8"))["containerimage.digest"])
    return digests


@contextmanager
def builder(variables: Mapping[str, str], registry: Registry) -> Iterator[None]:
    """A builder that knows more than one architecture, gone afterwards."""
    done = call(creation(registry, variables), variables)
    if done.returncode != 0:
        raise ReleaseError(f"docker buildx makes no builder: {last_line(done.stderr)}")
    try:
        yield
    finally:
        call(["docker", "buildx", "rm", "--force", BUILDER], variables)


def creation(registry: Registry, variables: Mapping[str, str]) -> list[str]:
    """How docker makes it: in a container of its engine, or with the BuildKit at BUILDKIT_HOST."""
    command = ["docker", "buildx", "create", f"--name={BUILDER}"]
    if running := variables.get("BUILDKIT_HOST"):
        return [*command, "--driver=remote", running]
    command.append("--driver=docker-container")
    if registry.host.startswith(("127.", "localhost")):
        # It runs in a container, to which this machine's loopback is another one's.
        command.append("--driver-opt=network=host")
    return command


def main(arguments: Sequence[str]) -> int:
    """Build, push, and keep the digests."""
    parser = argparse.ArgumentParser(description="Build and push the images.")
    parser.add_argument("--platforms", default=PLATFORMS)
    given = parser.parse_args(arguments)
    try:
        registry = Registry.of(os.environ)
        digests = push(registry, of_commit(Checkout(ROOT)), given.platforms, ROOT)
    except ReleaseError as error:
        return failed("Images were not pushed", error)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(json.dumps(digests, indent=2, sort_keys=True) + "\n", "utf-8")
    for name, digest in digests.items():
        print(f"{registry.image(name)}@{digest}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
